package import Logging
import NIOCore
package import Observability
import Reactor
import RouterTLS
import ServiceLifecycle
package import Topology

/// Accepts the connections of clients and serves them on a few event loops, each with all it needs to route and forward.
package struct RouterServer: Service {
    private let endpoint: Endpoint
    private let key: String
    private let settings: ProxySettings
    private let changes: Board<ProxySettings>
    private let handover: Handover?
    private let context: ProxyContext
    private let board: SnapshotBoard
    private let registry: PrometheusRegistry?
    private let inspector: RouterInspector?
    private let secure: SecureServing?
    private let untilSettled: @Sendable () async -> Void
    private let threads: Int
    private let drainLimit: Duration
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - endpoint: where clients connect; port 0 for any free one.
    ///   - key: the key of the topology that says where, for the message when the port is taken.
    ///   - changes: settings that hold from their publication on.
    ///   - handover: who served before, and who will.
    ///   - inspector: shows what the loops have in mind.
    ///   - secure: serves TLS besides.
    ///   - untilSettled: waited for before the first connection is accepted; those that come meanwhile wait in the kernel.
    ///   - threads: how many event loops.
    ///   - drainLimit: how long requests in flight get when the process stops.
    ///   - onListening: told the port once connections are accepted.
    package init(
        endpoint: Endpoint,
        key: String,
        settings: ProxySettings,
        changes: Board<ProxySettings> = Board(),
        context: ProxyContext,
        board: SnapshotBoard,
        handover: Handover? = nil,
        registry: PrometheusRegistry? = nil,
        inspector: RouterInspector? = nil,
        secure: SecureServing? = nil,
        untilSettled: @escaping @Sendable () async -> Void = {},
        threads: Int,
        drainLimit: Duration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.endpoint = endpoint
        self.key = key
        self.settings = settings
        self.changes = changes
        self.context = context
        self.board = board
        self.handover = handover
        self.registry = registry
        self.inspector = inspector
        self.secure = secure
        self.untilSettled = untilSettled
        self.threads = threads
        self.drainLimit = drainLimit
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until the process shuts down; then finishes what is in flight within the drain limit.
    /// - Throws: ``ListenError`` when the endpoint is not to be had.
    package func run() async throws {
        let group = try ReactorGroup(count: threads, name: "router")
        defer { group.shutdown() }
        let loops = try await start(on: group)
        let socket = try socket()
        await cancelWhenGracefulShutdown { await untilSettled() }
        // What a predecessor can answer, it goes on answering until this process can too.
        if let handover { await handover.waitToServe(board, logger) }
        let listener = try await listen(socket, loops)
        let front = try await secure?.open(
            on: handover?.sockets.secure,
            for: loops,
            settings: { [settings, changes] in changes.value ?? settings },
            context: context
        )
        onListening(socket.port ?? endpoint.port)
        handover?.beginToServe()
        try? await gracefulShutdown()
        await listener.run { $0.close() }
        await front?.drain()
        await drain(loops, behind: front)
        await front?.stop(within: settings.lingerTimeout)
    }

    // MARK: - Private

    private func start(on group: ReactorGroup) async throws -> [ReactorBound<ProxyLoop>] {
        var loops: [ReactorBound<ProxyLoop>] = []
        for reactor in group.reactors {
            let loop = try await reactor.bind {
                let loop = ProxyLoop(on: reactor, settings: settings, context: context)
                loop.start()
                return loop
            }
            loops.append(loop)
        }
        let bounds = loops
        changes.subscribe { settings in
            for bound in bounds { bound.execute { $0.adopt(settings) } }
        }
        board.subscribe { snapshot in
            for bound in bounds { bound.execute { $0.take(snapshot) } }
        }
        inspector?.watch(bounds)
        if let registry { RouterGauges(loops: bounds, health: context.health).report(to: registry) }
        return loops
    }

    private func socket() throws(ListenError) -> ListeningSocket {
        if let socket = handover?.sockets.requests { return socket }
        return try ListeningSocket(listeningAt: endpoint, key: key, purpose: "requests")
    }

    /// Accepts on the first reactor, for all in turn.
    private func listen(
        _ socket: ListeningSocket,
        _ loops: [ReactorBound<ProxyLoop>]
    ) async throws -> ReactorBound<StreamListener> {
        let reactor = loops[0].reactor
        return try await reactor.bind {
            var accepted = 0
            let listener = StreamListener(socket, on: reactor) { descriptor, peer in
                loops[accepted % loops.count].execute { $0.accept(descriptor, from: peer) }
                accepted += 1
            }
            try listener.start()
            return listener
        }
    }

    /// Ends what is left once the limit has passed.
    ///
    /// - Parameter front: what still hands connections on to the loops: those that were accepted and are in their
    ///   handshake, and requests that came before a client could know that its HTTP/2 connection ends.
    private func drain(_ loops: [ReactorBound<ProxyLoop>], behind front: TLSFront?) async {
        logger.info("draining")
        // A client that has a successor to turn to may learn that with its next answer: closing under its hands what it is
        // about to use would lose a request.
        let closesIdle = handover.map { !$0.succession.hasHappened } ?? true
        let end = ContinuousClock.now + drainLimit
        for bound in loops { bound.execute { $0.drain(closesIdle: closesIdle) } }
        await front?.settle(within: drainLimit)
        await withDiscardingTaskGroup { group in
            for bound in loops {
                group.addTask { await finish(bound, until: end) }
            }
        }
    }

    private func finish(_ bound: ReactorBound<ProxyLoop>, until end: ContinuousClock.Instant) async {
        await withCheckedContinuation { continuation in
            bound.execute { loop in
                let rest = max(.zero, end - .now)
                let limit = try? loop.reactor.schedule(after: rest) { loop.stop() }
                loop.whenDrained {
                    if let limit { loop.reactor.cancel(limit) }
                    loop.stop()
                    continuation.resume()
                }
            }
        }
    }
}
