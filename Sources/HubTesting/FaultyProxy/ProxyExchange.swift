import NIOCore
import NIOPosix

/// The connections of a proxy, and what it does to them now. Bound to its event loop.
final class ProxyExchange {
    private let serverPort: Int
    private let loop: any EventLoop
    private(set) var mode = FaultyProxy.Mode.pass
    private var connections: [ObjectIdentifier: ProxiedConnection] = [:]

    init(serverPort: Int, loop: any EventLoop) {
        self.serverPort = serverPort
        self.loop = loop
    }

    var connectionCount: Int { connections.count }
    var gapCount: Int { connections.values.count { $0.hasLostReplies } }

    /// Begins to forward between a new client and the server.
    ///
    /// - Throws: what breaks the client's connection.
    func accept(_ client: any Channel) throws {
        guard mode != .cut else { throw ChildFailure("the proxy is cut") }
        let connection = ProxiedConnection(client: client, exchange: self)
        connections[ObjectIdentifier(connection)] = connection
        try client.pipeline.syncOperations.addHandler(ProxyEnd(connection, .client))
        let bound = NIOLoopBound(connection, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    bound.value.attach(server)
                    try server.pipeline.syncOperations.addHandler(ProxyEnd(bound.value, .server))
                }
            }
            .connect(host: "127.0.0.1", port: serverPort)
            .whenComplete { result in
                switch result {
                case .success: client.setOption(.autoRead, value: true).whenFailure { _ in bound.value.break() }
                case .failure: bound.value.break()
                }
            }
    }

    func begin(_ mode: FaultyProxy.Mode) {
        self.mode = mode
        for connection in connections.values {
            if mode == .cut || mode != .loseReplies && connection.hasLostReplies {
                connection.break()
            } else {
                connection.move()
            }
        }
    }

    func forget(_ connection: ProxiedConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }
}
