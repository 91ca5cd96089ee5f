import BenchmarkReport
import Directory
import FoundationEssentials
import Glibc
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Postgres
import WebClients

/// One tenant's people work while the number of idle tenants on their shard grows, and at last that of the whole directory: what
/// it costs to have a tenant that does nothing.
struct TenantsTrial {
    private let home: String
    private let port: Int
    private let command: String
    /// Of the shard, at the end.
    private let tenants: Int
    /// Of the directory, at the very end.
    private let all: Int

    private static let seconds = 8
    private static let clients = 4

    private struct Times {
        var cached: [Double] = []
        var read: [Double] = []
        var written: [Double] = []
        var failures = 0
    }

    init(_ environment: [String: String], tenants: Int, all: Int) throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        command = environment["HUBCTL"] ?? ""
        (self.tenants, self.all) = (tenants, all)
    }

    /// - Returns: whether every request was answered.
    func report() async throws -> Bool {
        let demo = try await GrowBenchmark.administrator(of: "demo", port)
        let project = try await GrowBenchmark.project(of: demo, tasks: 100)
        var table = Report(columns: [
            "tenants on us-1", "in the directory", "load s", "shard MB", "list p50 ms", "p99", "tasks p50 ms", "p99",
            "write p50 ms", "p99", "router MB", "control MB", "backend MB", "connections",
        ])
        var failures = 0
        var known = 0
        for size in [0, tenants / 1000, tenants / 100, tenants / 10, tenants] {
            let start = ContinuousClock.now
            if size > known { try await load(size) }
            known = max(known, size)
            let took = (ContinuousClock.now - start).seconds
            failures += try await measure(demo, project, took, &table)
        }
        let start = ContinuousClock.now
        try await fillDirectory()
        failures += try await measure(demo, project, (ContinuousClock.now - start).seconds, &table)
        table.print(
            title:
                "\(TenantsTrial.clients) clients of one tenant beside idle ones, \(TenantsTrial.seconds) s each; two backends"
        )
        if failures > 0 { print("\n  \(failures) REQUESTS FAILED.") }
        return failures == 0
    }

    // MARK: - Private

    /// A larger load of the same seed adds to a smaller one.
    private func load(_ count: Int) async throws {
        let sizes = ["--tenants", "\(count)", "--projects", "1", "--tasks", "2"]
        _ = try await ChildProcess.runAside([command, "demo", "load", "--shard", "us-1"] + sizes)
        try await LocalShards.with("us-1", of: home, port) { _ = try await $0.query("VACUUM ANALYZE") }
    }

    /// Makes up tenants of another shard, which has no rows of theirs, until the directory has so many.
    private func fillDirectory() async throws {
        try await withDirectory { pool in
            let there = try await pool.query("SELECT count(*) FROM tenants").single().decode(Int.self)
            guard let shard = ShardID("apac-1"), there < all else { return }
            let store = DirectoryStore(pool: pool)
            for start in stride(from: there, to: all, by: 50_000) {
                let batch = (start..<min(start + 50_000, all)).compactMap { number in
                    Subdomain("idle-\(number)").map {
                        TenantImport(
                            id: .make(at: Timestamp(microseconds: 1_700_000_000_000_000)),
                            subdomain: $0,
                            name: "Idle \(number)",
                            shard: shard
                        )
                    }
                }
                _ = try await store.importTenants(batch)
            }
        }
    }

    private func withDirectory<Answer: Sendable>(_ body: (PostgresPool) async throws -> Answer) async throws -> Answer {
        let secret = try String(contentsOfFile: "\(home)/secrets/directory-admin-password", encoding: .utf8)
        let configuration = PostgresConfiguration(
            host: "127.0.0.1",
            port: port + 10,
            database: "hub_directory",
            user: "hub_admin",
            password: PostgresPassword(secret.filter { !$0.isWhitespace })
        )
        return try await PostgresPool.withPool(configuration, body)
    }

    /// - Returns: how many requests failed.
    private func measure(_ client: WebClient, _ project: String, _ took: Double, _ table: inout Report) async throws
        -> Int
    {
        let known = try await withDirectory { pool in
            try await pool.query(
                "SELECT count(*) FILTER (WHERE shard = 'us-1'), count(*) FROM tenants"
            ).single().decode((Int.self, Int.self))
        }
        let times = try await work(client, project)
        let (bytes, connections) = try await LocalShards.with("us-1", of: home, port) { pool in
            try await pool.query(
                """
                SELECT pg_database_size(current_database()),
                       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
                """
            ).single().decode((Int.self, Int.self))
        }
        func milliseconds(_ values: [Double]) -> [String] {
            [values.median.formatted(digits: 1), values.percentile(0.99).formatted(digits: 1)]
        }
        func megabytes(_ process: String) throws -> String {
            let bytes = try ProcessUse.residentBytes(of: GrowBenchmark.process(process, home))
            return (Double(bytes) / 1e6).formatted(digits: 0)
        }
        table.add(
            [
                Double(known.0).formatted(digits: 0), Double(known.1).formatted(digits: 0), took.formatted(digits: 0),
                (Double(bytes) / 1e6).formatted(digits: 0),
            ] + milliseconds(times.cached) + milliseconds(times.read) + milliseconds(times.written) + [
                try megabytes("router"), try megabytes("control"), try megabytes("backend-us-1"), "\(connections)",
            ]
        )
        return times.failures
    }

    private func work(_ client: WebClient, _ project: String) async throws -> Times {
        let end = ContinuousClock.now + .seconds(TenantsTrial.seconds)
        return try await withThrowingTaskGroup(of: Times.self) { group in
            for number in 0..<TenantsTrial.clients {
                group.addTask {
                    var times = Times()
                    while ContinuousClock.now < end {
                        let list = try await client.get("/api/projects")
                        let tasks = try await client.get("/api/projects/\(project)/tasks?limit=50")
                        times.cached.append(list.elapsed.seconds * 1000)
                        times.read.append(tasks.elapsed.seconds * 1000)
                        times.failures += [list, tasks].count { $0.status != 200 }
                        guard number == 0 else { continue }
                        let task = try await client.post("/api/projects/\(project)/tasks", ["title": "Grow"])
                        times.written.append(task.elapsed.seconds * 1000)
                        if task.status != 201 { times.failures += 1 }
                    }
                    return times
                }
            }
            return try await group.reduce(into: Times()) { all, times in
                all.cached += times.cached
                all.read += times.read
                all.written += times.written
                all.failures += times.failures
            }
        }
    }
}
