import Directory
import Glibc
import HubModel
import HubWire
package import Logging
import Metrics
import NIOPosix
package import Observability
import Placement
import Reactor
import RouterTLS
import ServiceLifecycle
import Topology
import UnixSignals

/// A whole router: admin endpoint, directory feed, health prober and the server for requests, in one service group.
package struct Router: Sendable {
    private let configuration: RouterConfiguration
    private let registry: PrometheusRegistry
    private let logger: Logger
    private let takesOver: Bool
    private let reload: (@Sendable () throws -> RouterConfiguration)?
    private let onListening: @Sendable (Int) -> Void

    /// How often each backend is asked for its health, and how long it may take.
    private static let probeInterval: Duration = .milliseconds(500)
    private static let probeTimeout: Duration = .seconds(1)
    /// How long a directory that says nothing is waited for before the snapshot file is served from.
    private static let settlingLimit: Duration = .seconds(2)

    /// - Parameters:
    ///   - takesOver: from the router of the same name, if one runs.
    ///   - reload: reads the configuration again.
    ///   - onListening: told the port once requests are accepted.
    package init(
        _ configuration: RouterConfiguration,
        registry: PrometheusRegistry,
        logger: Logger,
        takesOver: Bool = false,
        reload: (@Sendable () throws -> RouterConfiguration)? = nil,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.registry = registry
        self.logger = logger
        self.takesOver = takesOver
        self.reload = reload
        self.onListening = onListening
    }

    /// Runs until SIGTERM, SIGINT or a successor, then drains.
    package func run() async throws {
        let certificates = try certificateStore()
        let door = HandoverSocket(folder: configuration.stateFolder)
        let handover = Handover(
            try RouterSockets(of: configuration.process, from: takesOver ? try Predecessor.find(at: door) : nil)
        )
        let reactor = try Reactor(name: "directory")
        defer { reactor.shutdown() }
        let board = SnapshotBoard()
        let feed = DirectoryFeed(
            configuration: configuration.directory,
            reactor: reactor,
            file: FeedSnapshotFile(path: configuration.snapshotPath),
            logger: Logger(label: "directory")
        ) { board.publish($0) }
        let health = healthRegistry()
        let accessLog = configuration.writesAccessLog ? LogWriter(descriptor: STDOUT_FILENO, capacity: 4 << 20) : nil
        FeedGauges(feed: feed).report(to: registry)
        let context = proxyContext(feed: feed, health: health, accessLog: accessLog)
        let inspector = RouterInspector(context)
        let changes = Board<ProxySettings>()

        var group = ServiceGroupConfiguration(
            services: [
                .init(
                    service: adminServer(feed: feed, inspector: inspector, handover: handover),
                    successTerminationBehavior: .ignore
                ),
                .init(service: feed),
                .init(
                    service: HealthProber(
                        registry: health,
                        group: MultiThreadedEventLoopGroup.singleton,
                        interval: Router.probeInterval,
                        timeout: Router.probeTimeout
                    )
                ),
                .init(
                    service: server(
                        context,
                        board: board,
                        inspector: inspector,
                        handover: handover,
                        changes: changes,
                        certificates: certificates,
                        untilSettled: { await feed.settle(within: Router.settlingLimit) }
                    )
                ),
                .init(service: settingsReload(changes, certificates)),
                .init(
                    service: HandoverDoor(socket: door, handover: handover, reactor: reactor, logger: logger),
                    successTerminationBehavior: .gracefullyShutdownGroup
                ),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // The server keeps the drain limit by itself; this is for what hangs.
        group.maximumGracefulShutdownDuration = drainLimit + .seconds(5)
        group.maximumCancellationDuration = .seconds(2)
        defer { accessLog?.flush(within: .seconds(1)) }
        try await ServiceGroup(configuration: group).run()
    }

    // MARK: - Private

    private var drainLimit: Duration { .seconds(configuration.topology.limits.drainSeconds) }
    private var processKey: String { "routers.\(configuration.process.name)" }

    private func healthRegistry() -> BackendHealthRegistry {
        let logger = Logger(label: "health")
        return BackendHealthRegistry { backend, action in
            let metadata: Logger.Metadata = .fields([
                .backend: "\(backend.name)", .endpoint: "\(backend.host):\(backend.port)",
            ])
            switch action {
            case .none:
                break
            case .ejected:
                Counter(label: "hub_router_backend_ejections_total", dimensions: [("backend", backend.name.rawValue)])
                    .increment()
                logger.warning("backend taken out", metadata: metadata)
            case .restored:
                logger.info("backend taken in again", metadata: metadata)
            }
        }
    }

    private func settingsReload(
        _ changes: Board<ProxySettings>,
        _ certificates: CertificateStore?
    ) -> SettingsReload {
        SettingsReload(
            running: configuration,
            read: reload ?? { configuration },
            changes: changes,
            certificates: certificates,
            logger: logger
        )
    }

    private func adminServer(feed: DirectoryFeed, inspector: RouterInspector, handover: Handover) -> AdminServer {
        AdminServer(
            host: configuration.process.admin.host,
            port: configuration.process.admin.port,
            key: "\(processKey).admin",
            process: configuration.process.name.rawValue,
            registry: registry,
            inspections: inspector.inspections,
            readiness: { [feed.status.readiness] },
            listener: handover.sockets.admin.descriptor,
            untilSucceeded: { await handover.succession.wait() }
        )
    }

    private func proxyContext(
        feed: DirectoryFeed,
        health: BackendHealthRegistry,
        accessLog: LogWriter?
    ) -> ProxyContext {
        let process = configuration.process.name
        let topology = configuration.topology
        return ProxyContext(
            signer: RequestSigner(key: configuration.signingKey),
            verifier: SignatureVerifier(key: configuration.signingKey),
            controls: configuration.controls,
            health: health,
            accessLog: accessLog,
            requestRefresh: { feed.refresh() },
            urlOfTenant: { topology.url(of: $0) },
            readiness: { Readiness(process: process.rawValue, components: [feed.status.readiness]) },
            process: process
        )
    }

    /// Nil for a router without TLS.
    private func certificateStore() throws -> CertificateStore? {
        guard let tls = configuration.process.tls else { return nil }
        return try CertificateStore(folder: tls.certificates) { [logger] sentence in
            logger.warning("a certificate is to be renewed", metadata: .fields([.error: "\(sentence)"]))
        }
    }

    private func secureServing(_ certificates: CertificateStore?) -> SecureServing? {
        guard let tls = configuration.process.tls, let certificates else { return nil }
        return SecureServing(endpoint: tls.listen, key: "\(processKey).tls.listen", certificates: certificates) {
            [logger] in
            logger.info("router is listening for TLS", metadata: .fields([.endpoint: "\(tls.listen.host):\($0)"]))
        }
    }

    private func server(
        _ context: ProxyContext,
        board: SnapshotBoard,
        inspector: RouterInspector,
        handover: Handover,
        changes: Board<ProxySettings>,
        certificates: CertificateStore?,
        untilSettled: @escaping @Sendable () async -> Void
    ) -> RouterServer {
        RouterServer(
            endpoint: configuration.process.listen,
            key: "\(processKey).listen",
            settings: configuration.settings,
            changes: changes,
            context: context,
            board: board,
            handover: handover,
            registry: registry,
            inspector: inspector,
            secure: secureServing(certificates),
            untilSettled: untilSettled,
            threads: configuration.threads,
            drainLimit: drainLimit,
            logger: logger,
            onListening: { [logger, onListening, configuration] port in
                logger.info(
                    "router is listening",
                    metadata: .fields([.endpoint: "\(configuration.process.listen.host):\(port)"])
                )
                onListening(port)
            }
        )
    }
}
