import AuditStore
import BenchmarkReport
import FoundationEssentials
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
        let writers = AuditWriters(
            home: home,
            port: port,
            rounds: rounds,
            demo: demo,
            project: project,
            shard: shard,
            store: store
        )
        let failures = try await writers.report()
        try await reportLag(demo, project, store)
        let faults = try await reportRows(tenant, shard, store)
        if failures > 0 { print("\n  \(failures) REQUESTS FAILED.") }
        for fault in faults { print("\n  \(fault)") }
        return failures == 0 && faults.isEmpty
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
}
