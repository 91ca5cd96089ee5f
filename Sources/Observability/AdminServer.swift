import HubModel
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// Serves `/health`, `/ready`, `/metrics` and what else a process shows of itself, on an endpoint that only operators can
/// reach.
///
/// List it first in a `ServiceGroup`: services stop in reverse order, so that a process can be watched while it drains.
package struct AdminServer: Service {
    /// What it serves, for messages.
    package static let purpose = "/health, /ready and /metrics"

    private let host: String
    private let port: Int
    private let key: String
    private let process: String
    private let registry: PrometheusRegistry
    private let inspections: [Inspection]
    private let readiness: @Sendable () async -> [Readiness.Component]
    private let patience: Duration
    private let listener: CInt?
    private let untilSucceeded: (@Sendable () async -> Void)?
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - key: the key of the topology that says where, for the message when the port is taken.
    ///   - process: the name of the process in the topology.
    ///   - inspections: what else the process shows.
    ///   - readiness: what the process needs, each with its state now; must end early when its task is cancelled.
    ///   - patience: how long the checks of `/ready` and the collectors of `/metrics` may take.
    ///   - listener: the descriptor of a socket that listens there already.
    ///   - untilSucceeded: returns when another process serves there in this one's place, or the task is cancelled.
    ///   - onListening: told the port once connections are accepted.
    package init(
        host: String,
        port: Int,
        key: String,
        process: String,
        registry: PrometheusRegistry,
        inspections: [Inspection] = [],
        readiness: @escaping @Sendable () async -> [Readiness.Component],
        patience: Duration = .seconds(2),
        listener: CInt? = nil,
        untilSucceeded: (@Sendable () async -> Void)? = nil,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.key = key
        self.process = process
        self.registry = registry
        self.inspections = inspections
        self.readiness = readiness
        self.patience = patience
        self.listener = listener
        self.untilSucceeded = untilSucceeded
        self.onListening = onListening
    }

    /// Serves until the process shuts down, or has a successor.
    /// - Throws: ``ListenError`` when the endpoint is not to be had.
    package func run() async throws {
        let server = try await listen()
        do {
            try await cancelWhenGracefulShutdown {
                guard let untilSucceeded else { return try await accept(from: server) }
                try await withThrowingTaskGroup { group in
                    group.addTask { try await accept(from: server) }
                    group.addTask { await untilSucceeded() }
                    try await group.next()
                    group.cancelAll()
                }
            }
        } catch is CancellationError {
            // The shutdown, which is how serving ends.
        }
    }

    // MARK: - Private

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>

    private func listen() async throws -> NIOAsyncChannel<any Channel, Never> {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .serverChannelOption(.backlog, value: 16)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            guard let listener else {
                return try await bootstrap.bind(host: host, port: port, childChannelInitializer: initialize)
            }
            return try await bootstrap.bind(listener, childChannelInitializer: initialize)
        } catch {
            throw ListenError(
                purpose: AdminServer.purpose,
                host: host,
                port: port,
                key: key,
                underlying: error
            )
        }
    }

    /// Prepares a connection that reads nothing yet. It becomes a ``Connection`` only when it is served: one that is dropped
    /// unserved, as when the server stops just then, would end the process.
    private func initialize(_ channel: any Channel) -> EventLoopFuture<any Channel> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandlers(
                IdleStateHandler(allTimeout: .seconds(60)),
                IdleCloser(),
                ByteBufferResponses()
            )
            return channel
        }
    }

    private func accept(from server: NIOAsyncChannel<any Channel, Never>) async throws {
        try await server.executeThenClose { connections in
            onListening(server.channel.localAddress?.port ?? port)
            try await withThrowingDiscardingTaskGroup { group in
                for try await channel in connections {
                    group.addTask { await serve(channel) }
                }
            }
        }
    }

    /// Answers one client until it goes; what it does wrong ends its connection and nothing else.
    private func serve(_ channel: any Channel) async {
        let wrapping = channel.eventLoop.submit {
            let connection = try Connection(wrappingChannelSynchronously: channel)
            // One that is closed by now says so when it is served.
            try? channel.syncOptions?.setOption(.autoRead, value: true)
            return connection
        }
        try? await wrapping.get().executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            for try await part in inbound {
                switch part {
                case .head(let received): head = received
                case .body: continue
                case .end:
                    guard let request = head else { return }
                    head = nil
                    let parts = await answer(to: request).parts(for: request)
                    try await outbound.write(contentsOf: parts)
                    if !request.isKeepAlive { return }
                }
            }
        }
    }

    private func answer(to request: HTTPRequestHead) async -> AdminAnswer {
        guard request.method == .GET || request.method == .HEAD else { return .methodNotAllowed }
        switch request.uri.prefix(while: { $0 != "?" }) {
        case "/health":
            return AdminAnswer(status: .ok, mediaType: "application/json", body: Liveness.json(process: process))
        case "/ready":
            let late = [Readiness.Component("checks", .down, detail: "no result within \(patience)")]
            let components = await within(patience, else: late) { await readiness() }
            let verdict = Readiness(process: process, components: components)
            let status: HTTPResponseStatus = verdict.isReady ? .ok : .serviceUnavailable
            return AdminAnswer(status: status, mediaType: "application/json", body: verdict.json())
        case "/metrics":
            guard let text = await within(patience, else: nil, { await registry.exposition() }) else {
                return .unavailable
            }
            return AdminAnswer(status: .ok, mediaType: Exposition.mediaType, body: Array(text.utf8))
        default:
            return await inspect(request.uri)
        }
    }

    private func inspect(_ target: String) async -> AdminAnswer {
        let path = target.prefix { $0 != "?" }
        guard let inspection = inspections.first(where: { $0.path == path }) else {
            return .notFound(known: ["/health", "/ready", "/metrics"] + inspections.map(\.path))
        }
        return await within(patience, else: .unavailable) {
            do {
                let body = try await inspection.answer(Inspection.query(of: target))
                return AdminAnswer(status: .ok, mediaType: "application/json", body: body)
            } catch let refusal as Inspection.Refusal {
                return AdminAnswer(status: .badRequest, text: refusal.text)
            } catch {
                return AdminAnswer(status: .internalServerError, text: "\(error)")
            }
        }
    }

    private func within<Value: Sendable>(
        _ limit: Duration,
        else late: Value,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        await withTaskGroup(of: Value.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return late
            }
            defer { group.cancelAll() }
            return await group.next() ?? late
        }
    }
}
