import NIOCore

/// Gathers small pieces of output into one buffer, so that a head and a short body leave in one write.
struct OutboundBuffer {
    private var buffer: ByteBuffer
    private var hasWritten = false

    /// Pieces up to this many bytes are copied; larger ones are written as they are.
    private static let copyLimit = 8 * 1024
    private static let gatherLimit = 32 * 1024

    init(allocator: ByteBufferAllocator) {
        buffer = allocator.buffer(capacity: 2048)
    }

    var isEmpty: Bool { buffer.readableBytes == 0 && !hasWritten }

    /// Lends the buffer, for writing a head or a chunk's frame straight into it.
    mutating func append(_ body: (inout ByteBuffer) -> Void) { body(&buffer) }

    mutating func append(_ piece: ByteBuffer, to context: ChannelHandlerContext) {
        if piece.readableBytes <= OutboundBuffer.copyLimit, buffer.readableBytes < OutboundBuffer.gatherLimit {
            buffer.writeImmutableBuffer(piece)
        } else {
            spill(to: context)
            context.write(NIOAny(piece), promise: nil)
            hasWritten = true
        }
    }

    /// Sends everything on its way.
    mutating func flush(to context: ChannelHandlerContext) {
        guard !isEmpty else { return }
        spill(to: context)
        hasWritten = false
        context.flush()
    }

    /// Sends everything, and tells when it has gone.
    mutating func flush(to context: ChannelHandlerContext, promise: EventLoopPromise<Void>) {
        context.write(NIOAny(buffer), promise: promise)
        buffer.clear()
        hasWritten = false
        context.flush()
    }

    // MARK: - Private

    private mutating func spill(to context: ChannelHandlerContext) {
        guard buffer.readableBytes > 0 else { return }
        context.write(NIOAny(buffer), promise: nil)
        // Once the channel has let go of it, clearing keeps the memory.
        buffer.clear()
        hasWritten = true
    }
}
