import NIOCore

/// A client's connection and the one to the server that belongs to it. Bound to the proxy's event loop.
final class ProxiedConnection {
    enum Side {
        case client
        case server
    }

    /// Whether something is missing from what the client was sent.
    private(set) var hasLostReplies = false

    private let client: any Channel
    private var server: (any Channel)?
    private let exchange: ProxyExchange
    private let requests = ProxyLine()
    private let replies = ProxyLine()

    init(client: any Channel, exchange: ProxyExchange) {
        self.client = client
        self.exchange = exchange
    }

    /// Takes the channel to the server, which may be about to connect.
    func attach(_ server: any Channel) {
        self.server = server
    }

    /// Takes what came from one side.
    func receive(_ piece: ProxyLine.Piece, from side: Side) {
        switch side {
        case .client:
            requests.append(piece, due: .now() + delay)
        case .server where exchange.mode == .loseReplies && piece != .end:
            hasLostReplies = true
        case .server:
            replies.append(piece, due: .now() + delay)
        }
        move()
    }

    /// Forwards what is due, if the proxy forwards at all.
    func move() {
        guard exchange.mode != .stall else { return }
        if let server { requests.move(to: server, afterwards: move) }
        replies.move(to: client, afterwards: move)
    }

    /// Closes both sides, and drops what is on its way.
    func `break`() {
        requests.clear()
        replies.clear()
        client.close(promise: nil)
        server?.close(promise: nil)
        exchange.forget(self)
    }

    /// Notes that one side is closed.
    func end(_ side: Side) {
        receive(.end, from: side)
        let isOver = !client.isActive && server?.isActive != true
        if isOver { exchange.forget(self) }
    }

    // MARK: - Private

    private var delay: TimeAmount {
        guard case .delay(let duration) = exchange.mode else { return .zero }
        return TimeAmount(duration)
    }
}
