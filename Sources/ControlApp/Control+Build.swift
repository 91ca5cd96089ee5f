import AsyncHTTPClient
import Credentials
import Directory
import HubModel
package import HubWeb
import HubWire
import Hummingbird
package import Logging
import NIOCore
package import Observability
import Postgres
import Reactor
import ServiceLifecycle
import Throttling
import Topology
import WebPages

extension Control {
    /// Puts a control process together; `main` and the tests both call this.
    ///
    /// - Parameters:
    ///   - registry: where metrics are kept.
    ///   - onListening: told the ports once both are open.
    package static func build(
        _ configuration: ControlConfiguration,
        registry: PrometheusRegistry,
        logger: Logger,
        now: @escaping WallClock = Timestamp.now,
        onListening: @escaping @Sendable (ServingPorts) -> Void = { _ in }
    ) throws -> Control {
        let reactors = try ReactorGroup(count: 1, name: "database")
        let pool = PostgresPool(
            configuration: configuration.directoryDatabase,
            limits: .serving(maximum: configuration.limits.directoryConnections),
            reactors: reactors,
            logger: logger
        )
        PoolMeters(pool: pool, name: "directory", factory: registry).report(to: registry)
        var client = HTTPClient.Configuration(timeout: .init(connect: .seconds(1), read: .seconds(10)))
        client.redirectConfiguration = .disallow
        // As many tenants as one warming may ask a backend for at once.
        client.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            WarmCacheRequest.allowedConcurrency.upperBound
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: client)
        let hasher = PasswordHasher(
            cost: configuration.passwordCost,
            threads: configuration.limits.passwordHashThreads,
            queueLimit: configuration.limits.passwordHashQueue
        )
        let directory = DirectoryStore(pool: pool)
        let gate = SchemaGate(schema: DirectorySchema.schema, pool: pool, logger: logger)
        let shards = ShardClient(
            directory: directory,
            http: http,
            signer: RequestSigner(key: configuration.routerSigningKey),
            requestTimeout: configuration.signUpTiming.requestTimeout,
            now: now,
            logger: logger
        )
        let signUp = SignUp(
            directory: directory,
            shards: shards,
            hasher: hasher,
            configuration: configuration,
            now: now,
            logger: logger
        )
        let administration = TenantAdministration(
            directory: directory,
            shards: shards,
            timing: configuration.signUpTiming,
            now: now,
            logger: logger
        )
        let databases = ShardDatabases(configuration.shardDatabases, reactors: reactors, logger: logger)
        let audit = AuditStores(
            configuration.auditDatabases,
            regions: configuration.shardRegions,
            databases: databases,
            reactors: reactors,
            logger: logger
        )
        let readiness: ReadinessCheck = { [await gate.component()] }
        let router = try routes(
            configuration,
            gate: gate,
            directory: directory,
            signUp: signUp,
            administration: administration,
            probe: ShardProbe(http: http, databases: databases),
            cache: CacheAdministration(
                directory: directory,
                shards: shards,
                databases: databases,
                timing: configuration.signUpTiming,
                budget: configuration.warmingBudget,
                now: now,
                logger: logger
            ),
            moves: MoveAdministration(directory: directory, databases: databases, audit: audit),
            reports: ReportAdministration(directory: directory, databases: databases, now: now),
            hasher: hasher,
            throttle: LoginThrottle(
                allowance: LoginAllowance(configuration.limits),
                store: DirectoryLoginFailures(directory: directory),
                factory: registry,
                logger: logger,
                now: now
            ),
            registry: registry,
            readiness: readiness,
            now: now
        )
        let ports = PortReport(onListening)
        // Without stores there is nothing to keep.
        let keepers =
            audit.all.isEmpty
            ? []
            : [
                AuditKeeper(
                    gate: gate,
                    directory: directory,
                    stores: audit,
                    months: configuration.limits.auditMonthsOnShard,
                    meters: AuditMeters(factory: registry),
                    logger: logger
                )
            ]
        return Control(
            services: [
                AdminServer(
                    host: configuration.admin.host,
                    port: configuration.admin.port,
                    key: "controls.\(configuration.name).admin",
                    process: configuration.name.rawValue,
                    registry: registry,
                    readiness: readiness,
                    onListening: ports.admin
                ),
                BackgroundService { await pool.run() },
                gate,
                RegistrationJanitor(
                    gate: gate,
                    directory: directory,
                    shards: shards,
                    timing: configuration.signUpTiming,
                    now: now,
                    logger: logger
                ),
                MoveService(
                    gate: gate,
                    directory: directory,
                    databases: databases,
                    holder: configuration.name,
                    census: HoldCensus(
                        directory: directory,
                        routers: RouterClient(
                            configuration.routers,
                            http: http,
                            signer: RequestSigner(key: configuration.routerSigningKey),
                            now: now
                        )
                    ),
                    failpoints: configuration.moveFailpoints,
                    makeMover: { move, notes in
                        ShardMover(
                            databases: databases,
                            audit: audit,
                            shards: shards,
                            options: move.options,
                            notes: notes,
                            now: now
                        )
                    },
                    logger: logger
                ),
                ChangeJanitor(gate: gate, directory: directory, administration: administration, logger: logger),
                WebServer(
                    router: router,
                    endpoint: configuration.listen,
                    key: "controls.\(configuration.name).listen",
                    logger: logger,
                    onListening: ports.requests
                ),
            ] + keepers + databases.services + audit.services,
            reactors: reactors,
            http: http,
            hasher: hasher,
            drain: .seconds(configuration.limits.drainSeconds),
            routes: router.routes.map { RouteName($0.method, "\($0.path)") },
            logger: logger
        )
    }
}
