import BenchmarkReport
import FoundationEssentials
import Glibc

/// What the processes of shard us-1 and the router have used up to a moment.
struct ServerCosts {
    /// CPU seconds, user and system.
    var router = 0.0
    var backends = 0.0
    var postgres = 0.0
    var redis = 0.0
    /// Seconds that statements have run in the database, added up over connections.
    var database = 0.0
    /// Seconds that requests have been in the backends, added up over requests.
    var requests = 0.0

    /// CPU seconds of all of them.
    var total: Double { router + backends + postgres + redis }

    static func + (left: ServerCosts, right: ServerCosts) -> ServerCosts {
        ServerCosts(
            router: left.router + right.router,
            backends: left.backends + right.backends,
            postgres: left.postgres + right.postgres,
            redis: left.redis + right.redis,
            database: left.database + right.database,
            requests: left.requests + right.requests
        )
    }

    static func - (left: ServerCosts, right: ServerCosts) -> ServerCosts {
        ServerCosts(
            router: left.router - right.router,
            backends: left.backends - right.backends,
            postgres: left.postgres - right.postgres,
            redis: left.redis - right.redis,
            database: left.database - right.database,
            requests: left.requests - right.requests
        )
    }
}

extension ServerCosts {
    static func now(of hub: Hub) async throws -> ServerCosts {
        // PostgreSQL's sessions report their times once a second at most.
        try await Task.sleep(for: .milliseconds(1100))
        var costs = ServerCosts()
        costs.router = try cpu(of: hub.pid(of: "router"))
        for backend in Hub.backends { costs.backends += try cpu(of: hub.pid(of: backend)) }
        costs.postgres = try ProcessUse.cpuSeconds(ofTree: pid_t(hub.pid(of: "postgres-us-1")))
        costs.redis = try cpu(of: hub.pid(of: "redis-us"))
        let sql = "SELECT active_time / 1000 FROM pg_stat_database WHERE datname = 'hub_shard'"
        costs.database = Double(try hub.inShard(sql)) ?? 0
        for offset in Hub.backendMetrics { costs.requests += try await requestSeconds(port: hub.port + offset) }
        return costs
    }

    // MARK: - Private

    private static func cpu(of pid: Int) throws -> Double {
        try ProcessUse.cpuSeconds(of: pid_t(pid), withChildren: true)
    }

    private static func requestSeconds(port: Int) async throws -> Double {
        let text = try await MetricsPage.text(port: port)
        return text.split(separator: "\n").filter { $0.hasPrefix("hub_http_request_duration_seconds_sum") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }
}
