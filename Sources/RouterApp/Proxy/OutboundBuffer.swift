import NIOCore

/// Gathers small pieces of output into one buffer, so that a head and a short body leave in one write.
///
/// It is a class, since whatever it writes may lead back to it: a flush that makes a connection writable again has the
/// other side's data appended before it returns.
final class OutboundBuffer {
    private let store: BufferStore
    private var buffer = ByteBuffer()
    private var hasWritten = false
    /// Where the present message begins, as long as nothing of it has left.
    private var start: Int?

    /// Pieces up to this many bytes are copied; larger ones are written as they are.
    private static let copyLimit = 8 * 1024
    private static let gatherLimit = 32 * 1024

    init(of store: BufferStore) {
        self.store = store
    }

    var isEmpty: Bool { buffer.readableBytes == 0 && !hasWritten }

    /// Lends the buffer, for writing a head or a chunk's frame straight into it.
    func append(_ body: (inout ByteBuffer) -> Void) {
        makeRoom()
        body(&buffer)
    }

    /// Notes that a message begins here.
    func beginMessage() {
        makeRoom()
        start = buffer.writerIndex
    }

    /// Takes back all of the present message.
    ///
    /// - Returns: false when some of it has left.
    func takeBack() -> Bool {
        guard let start else { return false }
        buffer.moveWriterIndex(to: start)
        self.start = nil
        return true
    }

    func append(_ piece: ByteBuffer, to socket: StreamSocket) {
        if piece.readableBytes <= OutboundBuffer.copyLimit, buffer.readableBytes < OutboundBuffer.gatherLimit {
            makeRoom()
            buffer.writeImmutableBuffer(piece)
        } else {
            spill(to: socket)
            hasWritten = true
            socket.write(piece)
        }
    }

    /// Sends everything on its way.
    func flush(to socket: StreamSocket) {
        guard !isEmpty else { return }
        hasWritten = false
        guard buffer.readableBytes > 0 else { return socket.flush() }
        var gathered = take()
        guard let count = socket.sendAtOnce(gathered), count < gathered.readableBytes else {
            return store.giveBack(gathered)
        }
        // The rest waits in line, or all of it behind others.
        gathered.moveReaderIndex(forwardBy: count)
        socket.write(gathered)
        socket.flush()
    }

    // MARK: - Private

    private func makeRoom() {
        if buffer.capacity == 0 { buffer = store.take() }
    }

    private func spill(to socket: StreamSocket) {
        guard buffer.readableBytes > 0 else { return }
        hasWritten = true
        socket.write(take())
    }

    private func take() -> ByteBuffer {
        start = nil
        defer { buffer = ByteBuffer() }
        return buffer
    }
}
