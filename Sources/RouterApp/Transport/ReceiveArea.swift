import Glibc
import NIOCore

/// The memory into which the sockets of one reactor receive short pieces. Those that are kept are then copied in their
/// exact size: ten thousand connections hold what they have sent, not the room for what they might.
final class ReceiveArea {
    private var memory: ByteBuffer
    private let allocator = ByteBufferAllocator()

    /// What a socket receives at once while little comes.
    private static let shortLength = 16 * 1024
    /// What a socket receives at once while much comes, straight into the buffer that is handed on.
    private static let longLength = 64 * 1024

    init() {
        memory = allocator.buffer(capacity: ReceiveArea.shortLength)
    }

    enum Outcome {
        /// A piece, and whether there may be more at hand.
        case piece(ByteBuffer, isFull: Bool)
        case nothing
        case end
        case failed
    }

    /// Receives what is there.
    ///
    /// - Parameters:
    ///   - isLong: much is expected.
    ///   - isKept: the piece is held for longer than until the next call.
    func receive(from descriptor: CInt, isLong: Bool, isKept: Bool) -> Outcome {
        if isLong {
            var piece = allocator.buffer(capacity: ReceiveArea.longLength)
            let count = ReceiveArea.receive(from: descriptor, into: &piece, atMost: ReceiveArea.longLength)
            return count > 0 ? .piece(piece, isFull: piece.writableBytes == 0) : ReceiveArea.outcome(ofEmpty: count)
        }
        // Whoever still reads from the last piece goes on to: then this takes new memory.
        memory.clear()
        let count = ReceiveArea.receive(from: descriptor, into: &memory, atMost: ReceiveArea.shortLength)
        guard count > 0 else { return ReceiveArea.outcome(ofEmpty: count) }
        let isFull = count == ReceiveArea.shortLength
        return .piece(isKept ? allocator.buffer(buffer: memory) : memory, isFull: isFull)
    }

    // MARK: - Private

    private static func receive(from descriptor: CInt, into buffer: inout ByteBuffer, atMost length: Int) -> Int {
        var count = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
            count = recv(descriptor, room.baseAddress, length, 0)
            return max(0, count)
        }
        return count
    }

    private static func outcome(ofEmpty count: Int) -> Outcome {
        if count == 0 { return .end }
        return errno == EAGAIN || errno == EINTR ? .nothing : .failed
    }
}
