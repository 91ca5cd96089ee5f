import NIOCore
import Placement
import Reactor

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
        connection.idleUntil = loop.tick.after(loop.patience.upstreamIdle)
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
        guard let socketAddress else { return resolve(for: exchange) }
        connect(to: socketAddress, for: exchange)
    }

    private func connect(to address: SocketAddress, for exchange: Exchange) {
        StreamConnector.connect(to: address, within: loop.settings.connectTimeout, on: loop.reactor) { descriptor in
            guard let descriptor else { return self.connectFailed(exchange) }
            let socket = StreamSocket(descriptor, on: self.loop.reactor, area: self.loop.area)
            let connection = UpstreamConnection(socket, pool: self, loop: self.loop)
            socket.start(connection)
            self.connected(connection, exchange)
        }
    }

    /// Asks the name service, on a thread of its own.
    private func resolve(for exchange: Exchange) {
        let bound = ReactorBound((pool: self, exchange: exchange), to: loop.reactor)
        loop.reactor.runBlocking { [address] in
            try? SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
        } then: { resolved in
            let (pool, exchange) = bound.value
            guard let resolved else { return pool.connectFailed(exchange) }
            pool.connect(to: resolved, for: exchange)
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
