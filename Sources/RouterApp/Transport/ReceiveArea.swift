import Glibc
import NIOCore

/// The memory into which the sockets of one reactor receive short pieces, which are then kept in their exact size: ten
/// thousand connections hold what they have sent, not the room for what they might.
final class ReceiveArea {
    private let memory: UnsafeMutableRawBufferPointer
    private let allocator = ByteBufferAllocator()

    /// What a socket receives at once while little comes.
    private static let shortLength = 16 * 1024
    /// What a socket receives at once while much comes, straight into the buffer that is handed on.
    private static let longLength = 64 * 1024

    init() {
        memory = .allocate(byteCount: ReceiveArea.shortLength, alignment: 16)
    }

    deinit {
        memory.deallocate()
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
    /// - Parameter isLong: much is expected.
    func receive(from descriptor: CInt, isLong: Bool) -> Outcome {
        guard isLong else {
            let count = recv(descriptor, memory.baseAddress, memory.count, 0)
            guard count > 0 else { return ReceiveArea.outcome(ofEmpty: count) }
            let bytes = UnsafeRawBufferPointer(rebasing: memory[..<count])
            return .piece(allocator.buffer(bytes: bytes), isFull: count == memory.count)
        }
        var piece = allocator.buffer(capacity: ReceiveArea.longLength)
        var count = 0
        piece.writeWithUnsafeMutableBytes(minimumWritableBytes: ReceiveArea.longLength) { room in
            count = recv(descriptor, room.baseAddress, room.count, 0)
            return max(0, count)
        }
        guard count > 0 else { return ReceiveArea.outcome(ofEmpty: count) }
        return .piece(piece, isFull: piece.writableBytes == 0)
    }

    // MARK: - Private

    private static func outcome(ofEmpty count: Int) -> Outcome {
        if count == 0 { return .end }
        return errno == EAGAIN || errno == EINTR ? .nothing : .failed
    }
}
