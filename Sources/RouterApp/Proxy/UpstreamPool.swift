import NIOCore
import NIOPosix
import Placement

/// The connections of one event loop to one backend.
final class UpstreamPool {
    let address: BackendAddress
    let health: BackendHealth
    /// Set when the backend is listed by a numeric address, which needs no name service.
    private let socketAddress: SocketAddress?
    private unowned let loop: ProxyLoop
    /// Last in, first out: the ones in use stay warm, the others run out.
    private var idle: [UpstreamConnection] = []
    /// Connections that are being made or serve a request.
    private(set) var busyCount = 0
    private var isClosed = false

    init(address: BackendAddress, health: BackendHealth, loop: ProxyLoop) {
        self.address = address
        self.health = health
        socketAddress = try? SocketAddress(ipAddress: address.host, port: address.port)
        self.loop = loop
    }

    var idleCount: Int { idle.count }

    /// Lends a connection to an exchange: an idle one at once, or a new one when it is made.
    ///
    /// - Parameter fresh: take no connection that has served before.
    func lease(for exchange: Exchange, fresh: Bool) {
        while !fresh, let connection = idle.popLast() {
            guard connection.generation == health.generation else {
                connection.close()
                continue
            }
            busyCount += 1
            return exchange.connected(to: connection)
        }
        guard !isClosed, busyCount + idle.count < loop.settings.upstreamConnections else {
            return exchange.failed(.overloaded, health: nil)
        }
        busyCount += 1
        connect(for: exchange)
    }

    /// Takes back a connection that can serve again.
    func putBack(_ connection: UpstreamConnection) {
        busyCount -= 1
        guard !isClosed else { return connection.close() }
        connection.idleUntil = loop.tick.after(loop.settings.upstreamIdleTimeout)
        idle.append(connection)
    }

    /// Forgets a busy connection that has closed.
    func forget() { busyCount -= 1 }

    /// Forgets an idle connection that has closed.
    func forgetIdle(_ connection: UpstreamConnection) { idle.removeAll { $0 === connection } }

    /// Closes what has been idle for too long.
    func closeIdle() {
        // The oldest are in front.
        while let first = idle.first, first.idleUntil <= loop.tick {
            idle.removeFirst()
            first.close()
        }
    }

    func close() {
        isClosed = true
        let connections = idle
        idle = []
        for connection in connections { connection.close() }
    }

    // MARK: - Private

    private func connect(for exchange: Exchange) {
        let connection = UpstreamConnection(pool: self, loop: loop)
        let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        let bootstrap = ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(TimeAmount(loop.settings.connectTimeout))
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        let channel =
            socketAddress.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: address.host, port: address.port)
        channel.assumeIsolated().whenComplete { result in
            switch result {
            case .success: self.connected(connection, exchange)
            case .failure: self.connectFailed(exchange)
            }
        }
    }

    private func connected(_ connection: UpstreamConnection, _ exchange: Exchange) {
        if exchange.isWaitingForConnection {
            exchange.connected(to: connection)
        } else {
            putBack(connection)
        }
    }

    private func connectFailed(_ exchange: Exchange) {
        busyCount -= 1
        health.requestFailed(.unreachable)
        exchange.failed(.notConnected, health: nil)
    }
}
