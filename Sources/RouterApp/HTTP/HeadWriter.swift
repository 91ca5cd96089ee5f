import NIOCore

/// Writes the head of a message into memory that was reserved for all of it: what a buffer does for each piece it is given
/// (is it mine alone, is there room?) is done once. It traps rather than write beyond the end.
struct HeadWriter {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= room.count - count, "a head is longer than was reserved for it")
        guard let start = bytes.baseAddress, let end = room.baseAddress else { return }
        (end + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func write(_ bytes: RawSpan) { bytes.withUnsafeBytes { write($0) } }

    mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    mutating func write(_ text: StaticString) { text.withUTF8Buffer { write(UnsafeRawBufferPointer($0)) } }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    mutating func write(_ byte: UInt8) { write(number: byte) }

    /// Writes a number that is not negative in decimal.
    mutating func write(decimal number: Int) {
        var rest = number.magnitude
        var divisor: UInt = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            write(UInt8(truncatingIfNeeded: rest / divisor) + 0x30)
            rest %= divisor
            divisor /= 10
        }
    }

    /// Writes the sixteen lower-case hexadecimal digits of a number.
    mutating func write(hexadecimal number: UInt64) {
        write(number: ByteBuffer.hexadecimal(UInt32(truncatingIfNeeded: number >> 32)).bigEndian)
        write(number: ByteBuffer.hexadecimal(UInt32(truncatingIfNeeded: number)).bigEndian)
    }

    // MARK: - Private

    /// Writes the bytes of a number as they lie in memory.
    private mutating func write<Number: FixedWidthInteger>(number: Number) {
        let width = MemoryLayout<Number>.size
        precondition(width <= room.count - count, "a head is longer than was reserved for it")
        room.storeBytes(of: number, toByteOffset: count, as: Number.self)
        count += width
    }
}

extension ByteBuffer {
    /// Lends room for a head of at most `length` bytes.
    mutating func writeHead(atMost length: Int, _ body: (inout HeadWriter) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
            var writer = HeadWriter(room)
            body(&writer)
            return writer.count
        }
    }
}
