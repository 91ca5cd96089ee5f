package import Logging
import NIOCore
import NIOPosix
package import Observability
import ServiceLifecycle
package import Topology

/// Accepts the connections of clients and serves them on a few event loops, each with all it needs to route and forward.
package struct RouterServer: Service {
    private let endpoint: Endpoint
    private let key: String
    private let settings: ProxySettings
    private let context: ProxyContext
    private let board: SnapshotBoard
    private let registry: PrometheusRegistry?
    private let threads: Int
    private let drainLimit: Duration
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - endpoint: where clients connect; port 0 for any free one.
    ///   - key: the key of the topology that says where, for the message when the port is taken.
    ///   - threads: how many event loops.
    ///   - drainLimit: how long requests in flight get when the process stops.
    ///   - onListening: told the port once connections are accepted.
    package init(
        endpoint: Endpoint,
        key: String,
        settings: ProxySettings,
        context: ProxyContext,
        board: SnapshotBoard,
        registry: PrometheusRegistry? = nil,
        threads: Int,
        drainLimit: Duration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.endpoint = endpoint
        self.key = key
        self.settings = settings
        self.context = context
        self.board = board
        self.registry = registry
        self.threads = threads
        self.drainLimit = drainLimit
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until the process shuts down; then finishes what is in flight within the drain limit.
    /// - Throws: ``ListenError`` when the endpoint is not to be had.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        do {
            let loops = try await start(on: group)
            let listener = try await listen(on: group, loops)
            onListening(listener.localAddress?.port ?? endpoint.port)
            try? await gracefulShutdown()
            try? await listener.close()
            await drain(loops)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    // MARK: - Private

    private typealias Loops = [ObjectIdentifier: NIOLoopBound<ProxyLoop>]

    private func start(on group: MultiThreadedEventLoopGroup) async throws -> Loops {
        var loops: Loops = [:]
        for eventLoop in group.makeIterator() {
            let loop = try await eventLoop.submit {
                let loop = ProxyLoop(eventLoop: eventLoop, settings: settings, context: context)
                loop.start()
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
            loops[ObjectIdentifier(eventLoop)] = loop
        }
        let bounds = Array(loops.values)
        board.subscribe { snapshot in
            for bound in bounds { bound.eventLoop.execute { bound.value.take(snapshot) } }
        }
        if let registry { RouterGauges(loops: bounds, health: context.health).report(to: registry) }
        return loops
    }

    private func listen(on group: MultiThreadedEventLoopGroup, _ loops: Loops) async throws -> any Channel {
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else { return }
                        try channel.pipeline.syncOperations.addHandler(ClientConnection(loop: loop.value))
                    }
                }
                .bind(host: endpoint.host, port: endpoint.port)
                .get()
        } catch {
            throw ListenError(
                purpose: "requests",
                host: endpoint.host,
                port: endpoint.port,
                key: key,
                underlying: error
            )
        }
    }

    private func drain(_ loops: Loops) async {
        logger.info("draining")
        await withDiscardingTaskGroup { group in
            for bound in loops.values {
                group.addTask { try? await drain(bound).get() }
            }
        }
    }

    private func drain(_ bound: NIOLoopBound<ProxyLoop>) -> EventLoopFuture<Void> {
        bound.eventLoop.flatSubmit {
            let loop = bound.value
            let drained = bound.eventLoop.makePromise(of: Void.self)
            let limit = bound.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(drainLimit)) { loop.stop() }
            loop.drain {
                limit.cancel()
                loop.stop()
                drained.succeed()
            }
            return drained.futureResult
        }
    }
}
