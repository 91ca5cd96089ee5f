/// The bytes that wait to be written.
struct OutgoingBuffer {
    private var bytes: [UInt8] = []
    private var written = 0

    var isEmpty: Bool { written == bytes.count }

    /// Appends commands in wire form.
    ///
    /// - Returns: the length of the first command and of all together.
    mutating func append(_ commands: [[RedisArgument]]) -> (first: Int, all: Int) {
        let start = bytes.count
        var firstEnd = start
        for (index, command) in commands.enumerated() {
            RESPEncoder.append(command, to: &bytes)
            if index == 0 { firstEnd = bytes.count }
        }
        return (firstEnd - start, bytes.count - start)
    }

    /// Lends the bytes not written yet.
    func withUnwritten<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[written...])) }
    }

    /// Drops the first bytes, which have been written.
    mutating func consume(_ count: Int) {
        written += count
        if isEmpty {
            written = 0
            // What one large value needed is not kept for the life of the connection.
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.capacityKept)
        } else if written > Self.capacityKept, written > bytes.count / 2 {
            // More than half is dead: moving the rest costs less than what was written already.
            bytes.removeFirst(written)
            written = 0
        }
    }

    private static let capacityKept = 256 << 10
}
