import AuditStore
import BenchmarkReport
import FoundationEssentials
import Glibc
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Postgres
import WebClients

/// The audit store of a region: what goes through, how late it is, what writers pay for it, and how fast a chain is verified.
struct AuditTrial {
    private let home: String
    private let port: Int
    private let rows: Int
    private let rounds: Int

    private static let writers = 8
    private static let seconds = 8

    init(_ environment: [String: String], rows: Int, rounds: Int) throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        (self.rows, self.rounds) = (rows, rounds)
    }

    /// - Returns: whether every request was answered and the chain is whole.
    func report() async throws -> Bool {
        let shard = try GrowBenchmark.administration("us-1", home, port: port + 11)
        var audit = shard
        let secret = try String(contentsOfFile: "\(home)/secrets/audit-us-admin-password", encoding: .utf8)
        (audit.hosts, audit.database) = ([PostgresHost("127.0.0.1", port + 17)], "hub_audit")
        audit.password = PostgresPassword(secret.filter { !$0.isWhitespace })
        let store = audit
        return try await PostgresPool.withPool(shard) { shard in
            try await PostgresPool.withPool(store) { store in
                try await report(shard, AuditDatabase(region: RegionID("us")!, pool: store))
            }
        }
    }

    // MARK: - Private

    private func report(_ shard: PostgresPool, _ store: AuditDatabase) async throws -> Bool {
        let demo = try await GrowBenchmark.administrator(of: "demo", port)
        guard let tenant = try await demo.get("/api/auth/me").decode(MeAnswer.self).tenant?.id else {
            throw ChildFailure("demo's administrator has no tenant")
        }
        let project = try await GrowBenchmark.project(of: demo, tasks: 0)
        let failures = try await reportWriters(demo, project, shard, store)
        try await reportLag(demo, project, store)
        let faults = try await reportRows(tenant, shard, store)
        if failures > 0 { print("\n  \(failures) REQUESTS FAILED.") }
        for fault in faults { print("\n  \(fault)") }
        return failures == 0 && faults.isEmpty
    }

    /// The same load with and without the store, in turn. Shard, store and all else share this machine's processors.
    private func reportWriters(
        _ demo: WebClient,
        _ project: String,
        _ shard: PostgresPool,
        _ store: AuditDatabase
    ) async throws -> Int {
        var with: [Run] = [], without: [Run] = []
        for _ in 0..<rounds {
            with.append(try await load(demo, project, every: nil))
            with[with.count - 1].paced = try await load(demo, project, every: .milliseconds(80)).times
            try await withoutStore(shard, store) {
                without.append(try await load(demo, project, every: nil))
                without[without.count - 1].paced = try await load(demo, project, every: .milliseconds(80)).times
            }
        }
        var table = Report(columns: [
            "audit store", "writes/s", "p50 ms", "p99 ms", "p50 ms at 100/s", "p99 ms at 100/s",
        ])
        for (name, runs) in [("with", with), ("without", without)] {
            let times = runs.flatMap(\.times), paced = runs.flatMap(\.paced)
            table.add(
                name,
                (Double(times.count) / Double(AuditTrial.seconds * rounds)).formatted(digits: 0),
                times.median.formatted(digits: 2),
                times.percentile(0.99).formatted(digits: 1),
                paced.median.formatted(digits: 2),
                paced.percentile(0.99).formatted(digits: 1)
            )
        }
        table.print(
            title:
                "\(AuditTrial.writers) people create tasks, \(rounds) × \(AuditTrial.seconds) s each (goal: 3 % less at most)"
        )
        let counts = [with, without].map { $0.flatMap(\.times).count }
        let paced = [with, without].map { $0.flatMap(\.paced).median }
        print("  writes/s with the store: \((Double(counts[0]) / Double(counts[1])).formatted(digits: 3)) ×")
        print("  time of a write at 100/s with the store: \((paced[0] / paced[1]).formatted(digits: 3)) ×")
        return (with + without).reduce(0) { $0 + $1.failures }
    }

    /// How long after its acknowledgement an entry is in the store, and sealed.
    private func reportLag(_ demo: WebClient, _ project: String, _ store: AuditDatabase) async throws {
        var arrived: [Double] = [], sealed: [Double] = []
        for number in 0..<100 {
            let answer = try await demo.post("/api/projects/\(project)/tasks", ["title": "Lag \(number)"])
            let start = ContinuousClock.now
            let id = try answer.decode(TaskView.self).id
            func isThere(_ tables: String) async throws -> Bool {
                try await store.pool.query(
                    PostgresQuery(unsafeSQL: "SELECT EXISTS (SELECT FROM \(tables) AS t WHERE entityId = '\(id)')")
                        .unprepared
                ).single().decode(Bool.self, at: 0)
            }
            let both = """
                (SELECT entityId FROM audit_logs UNION ALL SELECT entityId FROM audit_trail
                 WHERE timestamp > now() - interval '1 minute')
                """
            while try await !isThere(both) { try await Task.sleep(for: .milliseconds(1)) }
            arrived.append((ContinuousClock.now - start).seconds * 1000)
            let trail = "(SELECT entityId FROM audit_trail WHERE timestamp > now() - interval '1 minute')"
            while try await !isThere(trail) { try await Task.sleep(for: .milliseconds(5)) }
            sealed.append((ContinuousClock.now - start).seconds * 1000)
        }
        var table = Report(columns: ["after the answer", "p50 ms", "p99 ms"])
        table.add("in the store", arrived.median.formatted(digits: 1), arrived.percentile(0.99).formatted(digits: 1))
        table.add("sealed", sealed.median.formatted(digits: 0), sealed.percentile(0.99).formatted(digits: 0))
        table.print(title: "Lag of the store, one entry at a time")
    }

    /// Many entries at once: through to the store, sealed, verified.
    private func reportRows(_ tenant: TenantID, _ shard: PostgresPool, _ store: AuditDatabase) async throws -> [String]
    {
        let before = try await count(tenant, store)
        let start = ContinuousClock.now
        let batch = 1000
        for _ in 0..<(rows / batch) {
            _ = try await shard.query(
                """
                INSERT INTO audit_logs (tenantId, userId, action, entityType, entityId, changes, ipAddress)
                SELECT \(tenant), NULL, 'UPDATE_TASK', 'task', gen_random_uuid(),
                       '{"before": {"status": "in-progress"}, "after": {"status": "completed"}}', '203.0.113.9'
                FROM generate_series(1, \(Int32(batch)))
                """
            )
        }
        let written = ContinuousClock.now - start
        try await waitFor("the entries to be sealed", within: .seconds(900)) {
            try await count(tenant, store) >= before + rows
        }
        let sealed = ContinuousClock.now - start
        let check = ContinuousClock.now
        let findings = try await store.verify(tenant, against: [])
        let verified = ContinuousClock.now - check
        var table = Report(columns: ["\(rows) entries", "s", "entries/s"])
        for (name, time, number) in [
            ("written at the shard", written, rows), ("through and sealed", sealed, rows),
            ("a chain verified", verified, findings.entries),
        ] {
            table.add(name, time.seconds.formatted(digits: 2), (Double(number) / time.seconds).formatted(digits: 0))
        }
        table.print(title: "Entries of one tenant, as fast as they go")
        return findings.faults
    }

    private func count(_ tenant: TenantID, _ store: AuditDatabase) async throws -> Int {
        try await store.chain(of: tenant)?.entries ?? 0
    }

    // MARK: Load

    private struct Run {
        /// Milliseconds of each write.
        var times: [Double] = []
        var paced: [Double] = []
        var failures = 0
    }

    /// - Parameter every: how often each person writes; nil for as fast as it goes.
    private func load(_ demo: WebClient, _ project: String, every interval: Duration?) async throws -> Run {
        let end = ContinuousClock.now + .seconds(AuditTrial.seconds)
        return try await withThrowingTaskGroup(of: Run.self) { group in
            for _ in 0..<AuditTrial.writers {
                group.addTask {
                    var run = Run()
                    var next = ContinuousClock.now
                    while ContinuousClock.now < end {
                        let answer = try await demo.post("/api/projects/\(project)/tasks", ["title": "Grow"])
                        if answer.status == 201 {
                            run.times.append(answer.elapsed.seconds * 1000)
                        } else {
                            run.failures += 1
                        }
                        guard let interval else { continue }
                        next += interval
                        try await Task.sleep(until: next)
                    }
                    return run
                }
            }
            return try await group.reduce(into: Run()) { all, run in
                all.times += run.times
                all.failures += run.failures
            }
        }
    }

    /// Runs `body` while nothing follows the shard and nobody seals, and lets it catch up afterwards.
    private func withoutStore(_ shard: PostgresPool, _ store: AuditDatabase, _ body: () async throws -> Void)
        async throws
    {
        let hold = "\(home)/run/control.hold"
        let file = "\(home)/run/control.pid"
        let process = try String(contentsOfFile: file, encoding: .utf8).filter(\.isNumber)
        _ = FileManager.default.createFile(atPath: hold, contents: nil)
        guard let id = Int32(process), Glibc.kill(id, SIGTERM) == 0 else {
            throw ChildFailure("control cannot be stopped")
        }
        try await waitFor("control to stop") { Glibc.kill(id, 0) != 0 }
        let source = AuditFeed(shard: ShardID("us-1")!, source: shard, peer: shard.configuration, store: store)
        try await source.remove()
        try await body()
        try FileManager.default.removeItem(atPath: hold)
        try await waitFor("the store to have caught up", within: .seconds(120)) {
            let state = try await source.state()
            guard state.isApplying, let lag = state.lag, lag < 1 << 16 else { return false }
            return try await store.contents().waiting == 0
        }
    }
}
