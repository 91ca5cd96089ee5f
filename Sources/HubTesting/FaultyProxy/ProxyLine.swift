import NIOCore

/// What is on its way in one direction of a proxied connection, in order. Bound to the proxy's event loop.
final class ProxyLine {
    enum Piece: Equatable {
        case bytes(ByteBuffer)
        /// The side it came from is closed.
        case end
    }

    private var pieces: [(piece: Piece, due: NIODeadline)] = []

    /// Adds a piece; it arrives no earlier than those before it.
    func append(_ piece: Piece, due: NIODeadline) {
        pieces.append((piece, max(due, pieces.last?.due ?? due)))
    }

    /// Sends what is due.
    ///
    /// - Parameter afterwards: called when the next piece is due.
    func move(to channel: any Channel, afterwards: @escaping () -> Void) {
        let now = NIODeadline.now()
        let due = pieces.prefix { $0.due <= now }
        // Before anything is sent: closing a channel may call back at once.
        pieces.removeFirst(due.count)
        for (piece, _) in due {
            switch piece {
            case .bytes(let bytes): channel.write(bytes, promise: nil)
            case .end:
                channel.flush()
                channel.close(promise: nil)
            }
        }
        channel.flush()
        guard let next = pieces.first else { return }
        channel.eventLoop.assumeIsolated().scheduleTask(deadline: next.due) { afterwards() }
    }

    func clear() {
        pieces = []
    }
}
