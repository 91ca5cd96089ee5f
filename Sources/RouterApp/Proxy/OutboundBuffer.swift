import NIOCore

/// Gathers small pieces of output into one buffer, so that a head and a short body leave in one write.
struct OutboundBuffer {
    private var buffer: ByteBuffer
    private var hasWritten = false
    /// Where the present message begins, as long as nothing of it has left.
    private var start: Int?

    /// Pieces up to this many bytes are copied; larger ones are written as they are.
    private static let copyLimit = 8 * 1024
    private static let gatherLimit = 32 * 1024

    init(allocator: ByteBufferAllocator) {
        buffer = allocator.buffer(capacity: 2048)
    }

    var isEmpty: Bool { buffer.readableBytes == 0 && !hasWritten }

    /// Lends the buffer, for writing a head or a chunk's frame straight into it.
    mutating func append(_ body: (inout ByteBuffer) -> Void) { body(&buffer) }

    /// Notes that a message begins here.
    mutating func beginMessage() { start = buffer.writerIndex }

    /// Takes back all of the present message.
    ///
    /// - Returns: false when some of it has left.
    mutating func takeBack() -> Bool {
        guard let start else { return false }
        buffer.moveWriterIndex(to: start)
        self.start = nil
        return true
    }

    mutating func append(_ piece: ByteBuffer, to context: ChannelHandlerContext) {
        if piece.readableBytes <= OutboundBuffer.copyLimit, buffer.readableBytes < OutboundBuffer.gatherLimit {
            buffer.writeImmutableBuffer(piece)
        } else {
            spill(to: context)
            context.write(NIOAny(piece), promise: nil)
            hasWritten = true
        }
    }

    /// Hands everything to the channel, which the caller then flushes: that may tell of room to write, and lead back here.
    ///
    /// - Returns: whether there is anything to flush.
    mutating func write(to context: ChannelHandlerContext) -> Bool {
        guard !isEmpty else { return false }
        spill(to: context)
        hasWritten = false
        return true
    }

    /// The same, and tells when it has gone.
    mutating func write(to context: ChannelHandlerContext, promise: EventLoopPromise<Void>) {
        context.write(NIOAny(buffer), promise: promise)
        start = nil
        buffer.clear()
        hasWritten = false
    }

    // MARK: - Private

    private mutating func spill(to context: ChannelHandlerContext) {
        guard buffer.readableBytes > 0 else { return }
        context.write(NIOAny(buffer), promise: nil)
        start = nil
        // Once the channel has let go of it, clearing keeps the memory.
        buffer.clear()
        hasWritten = true
    }
}
