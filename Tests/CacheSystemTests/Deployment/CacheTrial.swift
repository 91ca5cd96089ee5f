import AppFixtures
import FoundationEssentials
import HubTesting

/// A shard with two backends, its PostgreSQL and its region's Redis, under load; a test does something to it meanwhile.
struct CacheTrial: Sendable {
    /// The longest a request may take whatever Redis does: the 3 seconds that closing the gate may cost, and as much again
    /// for a machine that does other things as well.
    static let longestStall = Duration.seconds(6)

    let databases: HubDatabases
    /// Of the shard's PostgreSQL.
    let replicas: [PostgresCluster]
    let redis: RedisServer
    /// Between ``far`` and Redis.
    let proxy: FaultyProxy
    /// Reaches Redis directly.
    let near: BackendProcess
    /// Reaches Redis through ``proxy``.
    let far: BackendProcess
    let chronicle: Chronicle

    var backends: [BackendProcess] { [near, far] }

    /// Runs a shard under load while the body does something to it, and reports when all have been answered and have
    /// looked a last time.
    ///
    /// - Parameters:
    ///   - failpoints: those of the far backend, which makes no tenant.
    ///   - replicas: the settings of each replica; the shard then has a PostgreSQL of its own.
    static func run(
        failpoints: String? = nil,
        replicas: [[String: String]] = [],
        _ body: @Sendable (CacheTrial) async throws -> Void
    ) async throws -> TrialReport {
        if replicas.isEmpty { return try await HubDatabases.with { try await run($0, [], failpoints, body) } }
        return try await PostgresCluster.withCluster { cluster in
            try await HubDatabases.with(on: cluster) { databases in
                try await withReplicas(of: cluster, replicas[...]) { try await run(databases, $0, failpoints, body) }
            }
        }
    }

    // MARK: - Private

    private static func withReplicas(
        of cluster: PostgresCluster,
        _ settings: ArraySlice<[String: String]>,
        _ body: @Sendable ([PostgresCluster]) async throws -> TrialReport
    ) async throws -> TrialReport {
        guard let first = settings.first else { return try await body([]) }
        return try await PostgresCluster.withReplica(of: cluster, settings: first) { replica in
            try await withReplicas(of: cluster, settings.dropFirst()) { try await body([replica] + $0) }
        }
    }

    private static func run(
        _ databases: HubDatabases,
        _ replicas: [PostgresCluster],
        _ failpoints: String?,
        _ body: @Sendable (CacheTrial) async throws -> Void
    ) async throws -> TrialReport {
        // Redis evicts only what has a time to live, as the cache demands.
        try await RedisServer.withServer(options: ["--maxmemory-policy", "volatile-lru"]) { redis in
            try await FaultyProxy.withProxy(to: redis.port) { proxy in
                let folder = FileManager.default.temporaryDirectory.appending(path: "trial-\(UUID().uuidString)")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: folder) }
                func backend(_ name: String, _ port: Int) throws -> BackendProcess {
                    try BackendProcess(
                        name,
                        databases,
                        redis: redis,
                        redisPort: port,
                        replicas: replicas,
                        directory: folder.path
                    )
                }
                let trial = CacheTrial(
                    databases: databases,
                    replicas: replicas,
                    redis: redis,
                    proxy: proxy,
                    near: try backend("backend-near", redis.port),
                    far: try backend("backend-far", proxy.port),
                    chronicle: Chronicle()
                )
                return try await trial.run(failpoints: failpoints, body)
            }
        }
    }

    private func run(
        failpoints: String?,
        _ body: @Sendable (CacheTrial) async throws -> Void
    ) async throws -> TrialReport {
        defer { for backend in backends { backend.kill9() } }
        async let isNearUp: Void = near.start()
        async let isFarUp: Void = far.start(failpoints: failpoints)
        _ = try await (isNearUp, isFarUp)
        var tenants: [TrialTenant] = []
        for number in 1...3 {
            tenants.append(try await TrialTenant.create(number, members: 2, by: near, databases, chronicle))
        }
        try await Crowd.during(clients(of: tenants)) {
            try await requests(60)
            // A backend with failpoints may be gone by now.
            if failpoints == nil { try await waitUntilLive() }
            try await body(self)
        }
        try await takeLastLook(at: tenants)
        return TrialReport(chronicle, backends)
    }

    private func clients(of tenants: [TrialTenant]) -> [any Client] {
        tenants.flatMap { tenant -> [any Client] in
            func visitor(_ name: String, _ seed: Int) -> Visitor {
                Visitor(name, of: tenant, backends, chronicle, seed: UInt64(tenant.number * 100 + seed))
            }
            return [
                ProjectOwner(visitor("owner 1", 1), index: 0), ProjectOwner(visitor("owner 2", 2), index: 1),
                Registrar(visitor("registrar", 3)), Onlooker(visitor("onlooker 1", 4)),
                Onlooker(visitor("onlooker 2", 5)),
            ]
        }
    }

    /// Reads once more by each backend, when nothing is in flight.
    private func takeLastLook(at tenants: [TrialTenant]) async throws {
        for tenant in tenants {
            for backend in backends {
                let visitor = Visitor("last look", of: tenant, [backend], chronicle, seed: 1)
                for member in tenant.members {
                    if let exchange = await visitor.send("GET", "/api/auth/me", token: member.token, to: backend) {
                        try visitor.record(exchange, me: nil)
                    }
                }
                let query = ProjectQuery()
                let token = tenant.administratorToken
                if let exchange = await visitor.send("GET", query.path, token: token, to: backend) {
                    try visitor.record(exchange, list: query)
                }
            }
        }
    }
}
