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
    private let onListening: @Sendable (Int) -> Void

    /// How often each backend is asked for its health, and how long it may take.
    private static let probeInterval: Duration = .milliseconds(500)
    private static let probeTimeout: Duration = .seconds(1)

    /// - Parameter onListening: told the port once requests are accepted.
    package init(
        _ configuration: RouterConfiguration,
        registry: PrometheusRegistry,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.registry = registry
        self.logger = logger
        self.onListening = onListening
    }

    /// Runs until SIGTERM or SIGINT, then drains.
    package func run() async throws {
        let certificates = try certificateStore()
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

        var group = ServiceGroupConfiguration(
            services: [
                adminServer(feed: feed, inspector: inspector),
                feed,
                HealthProber(
                    registry: health,
                    group: MultiThreadedEventLoopGroup.singleton,
                    interval: Router.probeInterval,
                    timeout: Router.probeTimeout
                ),
                server(context, board: board, inspector: inspector, certificates: certificates),
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

    private func adminServer(feed: DirectoryFeed, inspector: RouterInspector) -> AdminServer {
        AdminServer(
            host: configuration.process.admin.host,
            port: configuration.process.admin.port,
            key: "\(processKey).admin",
            process: configuration.process.name.rawValue,
            registry: registry,
            inspections: inspector.inspections
        ) { [feed.status.readiness] }
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
        certificates: CertificateStore?
    ) -> RouterServer {
        RouterServer(
            endpoint: configuration.process.listen,
            key: "\(processKey).listen",
            settings: configuration.settings,
            context: context,
            board: board,
            registry: registry,
            inspector: inspector,
            secure: secureServing(certificates),
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
