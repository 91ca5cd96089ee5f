import NIOCore
import NIOPosix

/// A TCP proxy in this process that does to the connections between two programs what networks do to them.
///
/// It holds what it cannot forward in memory, without a bound.
package final class FaultyProxy: Sendable {
    package enum Mode: Hashable, Sendable {
        /// Forwards at once.
        case pass
        /// Accepts connections and bytes and forwards nothing, not even that an end was closed. Nothing is lost: a later
        /// mode forwards it, in order.
        case stall
        /// Breaks every connection, and each new one as soon as it is made.
        case cut
        /// Forwards what clients send, and loses what the server answers. A connection that lost something breaks when
        /// another mode begins, as TCP would never deliver what comes after a gap.
        case loseReplies
        /// Forwards both ways, so much later.
        case delay(Duration)
    }

    /// Where clients connect to.
    package let port: Int

    private let listener: any Channel
    private let exchange: NIOLoopBound<ProxyExchange>

    /// Lends a proxy that passes, and closes it afterwards with all its connections.
    ///
    /// - Parameter serverPort: the port of 127.0.0.1 to forward to; somebody may listen there, go and come back.
    package static func withProxy<Value>(
        to serverPort: Int,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (FaultyProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try await FaultyProxy(to: serverPort)
        do {
            let value = try await body(proxy)
            try await proxy.close()
            return value
        } catch {
            try? await proxy.close()
            throw error
        }
    }

    private init(to serverPort: Int) async throws {
        // Everything happens on one event loop, so that a mode begins for all connections at once.
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let exchange = try await loop.submit {
            NIOLoopBound(ProxyExchange(serverPort: serverPort, loop: loop), eventLoop: loop)
        }.get()
        listener = try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Read only when there is a server to send to.
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                loop.makeCompletedFuture { try exchange.value.accept(client) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        port = listener.localAddress?.port ?? 0
        self.exchange = exchange
    }

    /// Begins a mode for all connections; it has begun on return.
    package func begin(_ mode: Mode) async throws {
        try await onLoop { $0.begin(mode) }
    }

    /// How many connections are open.
    package var connectionCount: Int {
        get async throws { try await onLoop { $0.connectionCount } }
    }

    /// How many open connections have lost a reply.
    package var gapCount: Int {
        get async throws { try await onLoop { $0.gapCount } }
    }

    // MARK: - Private

    private func close() async throws {
        try await listener.close().get()
        try await begin(.cut)
    }

    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (ProxyExchange) -> Value) async throws -> Value {
        try await listener.eventLoop.submit { [exchange] in body(exchange.value) }.get()
    }
}
