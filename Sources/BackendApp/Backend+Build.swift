import AuditStore
import Credentials
import Directory
import HubModel
package import HubWeb
import Hummingbird
package import Logging
package import Observability
import Postgres
import Reactor
import Redis
import ServiceLifecycle
import ShardStore
import TenantCache
import Throttling
import Topology

extension Backend {
    /// Puts a backend together; `main` and the tests both call this.
    ///
    /// - Parameters:
    ///   - registry: where metrics are kept.
    ///   - onListening: told the ports once both are open.
    package static func build(
        _ configuration: BackendConfiguration,
        registry: PrometheusRegistry,
        logger: Logger,
        now: @escaping WallClock = Timestamp.now,
        onListening: @escaping @Sendable (ServingPorts) -> Void = { _ in }
    ) throws -> Backend {
        let limits = configuration.limits
        let reactors = try ReactorGroup(count: 1, name: "database")
        let shard = PostgresPool(
            configuration: configuration.shardDatabase,
            limits: .serving(maximum: limits.postgresConnections),
            reactors: reactors,
            logger: logger
        )
        let directory = PostgresPool(
            configuration: configuration.directoryDatabase,
            limits: .serving(maximum: limits.directoryConnections),
            reactors: reactors,
            logger: logger
        )
        PoolMeters(pool: shard, name: "shard", factory: registry).report(to: registry)
        PoolMeters(pool: directory, name: "directory", factory: registry).report(to: registry)
        let redis = RedisClient(configuration.redis, reactors: reactors.reactors, logger: logger)
        let cacheRedis = RedisClient(configuration.cacheRedis, reactors: reactors.reactors, logger: logger)
        // The gate's row is read on connections of its own, so that a busy shard delays no renewal of the lease.
        let gatePool = PostgresPool(
            configuration: configuration.shardDatabase,
            limits: .serving(maximum: 2),
            reactors: reactors,
            logger: logger
        )
        PoolMeters(pool: gatePool, name: "gate", factory: registry).report(to: registry)
        let gate = SchemaGate(schema: ShardSchema.schema, pool: shard, logger: logger)
        let verifier = TokenVerifier(issuer: configuration.baseDomain, keys: [configuration.tokenKey.publicKey])
        let keys = KeyRefresh(
            directory: DirectoryStore(pool: directory),
            verifier: verifier,
            own: configuration.tokenKey.publicKey,
            file: PublicKeyFile(path: configuration.keyFile),
            interval: configuration.keyRefreshInterval,
            logger: logger
        )
        // Only who looks far back asks there.
        var few = PostgresPoolLimits.serving(maximum: 2)
        few.minimum = 0
        let audit = configuration.auditDatabase.map { database in
            PostgresPool(configuration: database, limits: few, reactors: reactors, logger: logger)
        }
        if let audit { PoolMeters(pool: audit, name: "audit", factory: registry).report(to: registry) }
        let shares = TenantShares(limits: configuration.tenantShares)
        let turns = TenantShares(limits: configuration.tenantShares)
        TenantShareMeters(shares: [shares, turns], factory: registry).report(to: registry)
        let cache = TenantCache(
            shard: configuration.shard,
            store: ShardStore(pool: shard, shares: shares),
            rows: CacheGateStore(pool: gatePool),
            redis: cacheRedis,
            secret: configuration.routerSigningKey,
            backend: configuration.name.rawValue,
            failpoints: configuration.failpoints,
            logger: logger
        )
        CacheMeters(cache: cache, factory: registry).report(to: registry)
        let replicas = configuration.shardServers.map { server in
            ReadReplica(
                name: "\(server.hosts[0])",
                pool: PostgresPool(
                    configuration: server,
                    limits: .serving(maximum: limits.postgresConnections),
                    reactors: reactors,
                    logger: logger
                ),
                shares: TenantShares(limits: configuration.tenantShares)
            )
        }
        let readReplicas =
            replicas.isEmpty
            ? nil
            : ReadReplicas(
                primary: gatePool,
                replicas: replicas,
                configuration: configuration.replicaSet,
                logger: logger
            )
        let timeline = configuration.shardDatabase.timelines.map { watch in
            ShardTimeline(
                shard: configuration.shard,
                watch: watch,
                directory: DirectoryStore(pool: directory),
                file: configuration.timelineFile,
                logger: logger
            )
        }
        if let readReplicas { ReplicaMeters(replicas: readReplicas, factory: registry).report(to: registry) }
        let store = ShardStore(pool: shard, shares: shares, replicas: readReplicas, fencing: .by(cache.fence))
        let events = EventFeed(store: store, limit: limits.eventStreams, logger: logger)
        let pruning = EventPruning(store: store, logger: logger)
        let use = SessionUse(
            store: store,
            interval: configuration.sessionUseInterval,
            logger: logger,
            now: now
        )
        let readiness: ReadinessCheck = {
            [await gate.component(), CacheHealth(cacheRedis, cache).component, keys.component]
        }
        let hasher = PasswordHasher(
            cost: configuration.passwordCost,
            threads: limits.passwordHashThreads,
            queueLimit: limits.passwordHashQueue
        )
        let router = try routes(
            configuration,
            gate: gate,
            store: store,
            history: audit.map { AuditHistory(region: configuration.region.id, pool: $0) },
            cache: cache,
            directory: DirectoryStore(pool: directory),
            events: events,
            pruning: pruning,
            use: use,
            verifier: verifier,
            hasher: hasher,
            throttle: LoginThrottle(
                allowance: LoginAllowance(limits),
                store: RedisLoginFailures(redis: redis),
                factory: registry,
                logger: logger,
                now: now
            ),
            turns: turns,
            registry: registry,
            readiness: readiness,
            now: now
        )
        let ports = PortReport(onListening)
        return Backend(
            services: [
                AdminServer(
                    host: configuration.admin.host,
                    port: configuration.admin.port,
                    key: "backends.\(configuration.name).admin",
                    process: configuration.name.rawValue,
                    registry: registry,
                    readiness: readiness,
                    onListening: ports.admin
                ),
                BackgroundService {
                    await timeline?.begin()
                    async let gate: Void = gatePool.run()
                    await shard.run()
                    await gate
                },
                BackgroundService { await directory.run() },
                BackgroundService { await redis.run() },
                BackgroundService { await cacheRedis.run() },
                gate,
                keys,
                pruning,
                use,
            ] + replicas.map { replica in BackgroundService { await replica.pool.run() } }
                + [timeline].compactMap { $0 }
                + [audit].compactMap { $0 }.map { audit in BackgroundService { await audit.run() } }
                + [readReplicas].compactMap { $0 }.map { replicas in BackgroundService { await replicas.run() } }
                + cache.services + [
                    AuditPartitions(gate: gate, store: store, logger: logger),
                    WebServer(
                        router: router,
                        endpoint: configuration.listen,
                        key: "backends.\(configuration.name).listen",
                        logger: logger,
                        onListening: ports.requests
                    ),
                    // The last of them stops first: the server waits for answers to end, and streams are answers.
                    events,
                ],
            reactors: reactors,
            hasher: hasher,
            drain: .seconds(limits.drainSeconds),
            routes: router.routes.map { RouteName($0.method, "\($0.path)") },
            logger: logger
        )
    }
}
