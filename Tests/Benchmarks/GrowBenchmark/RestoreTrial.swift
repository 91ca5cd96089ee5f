import BenchmarkReport
import FoundationEssentials
import HubTesting
import MoveLoad
import Postgres
import Synchronization
import WebClients

/// A tenant with many tasks is brought back to a moment in its place, by `hubctl tenants restore`, while somebody reads its
/// projects: after a project was deleted by mistake, and after every task was changed.
struct RestoreTrial {
    private static let shard = "us-1"
    private static let projects = 50

    private let home: String
    private let port: Int
    private let command: String
    private let tasks: Int
    private let tenants: Int

    /// - Parameter tenants: how many share the shard with it, of a hundred tasks or so each.
    init(_ environment: [String: String], tasks: Int, tenants: Int) throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        command = environment["HUBCTL"] ?? ""
        (self.tasks, self.tenants) = (tasks, tenants)
    }

    /// - Returns: whether the tenant came back whole each time, and nobody was refused.
    func report() async throws -> Bool {
        try await fill()
        _ = try await hubctl(["backup", "create", "--shard", RestoreTrial.shard, "--type", "full"])
        let before = try await contents()
        var table = Report(
            columns: [
                "since then", "scratch restore s", "WAL s", "copied rows", "copied rows/s", "verified s", "file s",
                "held s",
                "longest wait s", "reads", "refused", "whole",
            ]
        )
        var isWhole = true
        for (name, change) in [
            ("a project deleted", "DELETE FROM projects WHERE id = (SELECT min(id::text)::uuid FROM growing)"),
            ("every task changed", "UPDATE tasks SET title = title || '!' WHERE projectId IN (SELECT id FROM growing)"),
        ] {
            let moment = try await ask(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            )
            _ = try await ask("WITH done AS (\(change) RETURNING 1) SELECT count(*)::text FROM done")
            let (restored, readings) = try await readingMeanwhile {
                try JSONDecoder().decode(
                    Restored.self,
                    from: Data(
                        try await hubctl(["tenants", "restore", "demo", "--to", moment, "--yes", "--format", "json"])
                            .utf8
                    )
                )
            }
            let (times, same) = (restored.times, try await contents() == before)
            isWhole = isWhole && same && readings.refused == 0
            table.add(
                name,
                times.restoreSeconds.formatted(digits: 1),
                times.recoverySeconds.formatted(digits: 1),
                "\(times.copiedRows)",
                (Double(times.copiedRows) / times.copySeconds).formatted(digits: 0),
                times.verifySeconds.formatted(digits: 2),
                times.archiveSeconds.formatted(digits: 1),
                times.heldSeconds.formatted(digits: 2),
                readings.longest.formatted(digits: 2),
                "\(readings.count)",
                "\(readings.refused)",
                same ? "yes" : "NO"
            )
        }
        table.print(title: "A tenant of \(tasks) tasks on a shard of \(tenants + 1) tenants, brought back in its place")
        return isWhole
    }

    // MARK: - Private

    private struct Restored: Decodable {
        struct Times: Decodable {
            let restoreSeconds: Double
            let recoverySeconds: Double
            let copySeconds: Double
            let copiedRows: Int
            let verifySeconds: Double
            let archiveSeconds: Double
            let heldSeconds: Double
        }

        let times: Times
    }

    private struct Readings {
        var count = 0
        var refused = 0
        var longest = 0.0
    }

    private final class Record: Sendable {
        let readings = Mutex(Readings())
        let isOver = Atomic(false)
    }

    private func fill() async throws {
        let load = ["demo", "load", "--shard", RestoreTrial.shard, "--tenants", "\(tenants)"]
        _ = try await hubctl(load + ["--projects", "5", "--tasks", "20"])
        try await LocalShards.with(RestoreTrial.shard, of: home, port) { pool in
            for query: PostgresQuery in [
                "CREATE TABLE growing (tenantId uuid, id uuid)",
                """
                INSERT INTO projects (tenantId, name)
                SELECT id, 'Growing ' || n FROM tenants CROSS JOIN generate_series(1, \(RestoreTrial.projects)) AS n
                WHERE subdomain = 'demo'
                """,
                "INSERT INTO growing SELECT tenantId, id FROM projects WHERE name LIKE 'Growing %'",
                """
                INSERT INTO tasks (tenantId, projectId, title, description)
                SELECT tenantId, id, 'Task ' || n, repeat('What is to be done. ', 5)
                FROM growing CROSS JOIN generate_series(1, \(max(1, tasks / RestoreTrial.projects))) AS n
                """,
                "ANALYZE", "CHECKPOINT",
            ] { _ = try await pool.query(query.unprepared.within(.seconds(600))) }
        }
    }

    /// Has somebody read the tenant's projects until the work is done.
    private func readingMeanwhile<Answer: Sendable>(
        _ work: () async throws -> Answer
    ) async throws -> (Answer, Readings) {
        let demo = try await GrowBenchmark.administrator(of: "demo", port)
        let record = Record()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !record.isOver.load(ordering: .relaxed) {
                    let start = ContinuousClock.now
                    let status = try await demo.get("/api/projects?limit=20").status
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    record.readings.withLock { readings in
                        readings.count += 1
                        readings.refused += status == 200 ? 0 : 1
                        readings.longest = max(readings.longest, seconds)
                    }
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            defer { record.isOver.store(true, ordering: .relaxed) }
            let answer = try await work()
            record.isOver.store(true, ordering: .relaxed)
            try await group.waitForAll()
            return (answer, record.readings.withLock { $0 })
        }
    }

    /// All that a restore brings back.
    private func contents() async throws -> String {
        try await ask(
            """
            SELECT string_agg(sum, ' ') FROM (
              SELECT md5(string_agg(t::text, ',' ORDER BY id)) AS sum FROM tasks AS t WHERE tenantId IN (SELECT tenantId FROM growing)
              UNION ALL
              SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM projects AS p WHERE tenantId IN (SELECT tenantId FROM growing)
            ) AS sums
            """
        )
    }

    private func ask(_ sql: String) async throws -> String {
        try await LocalShards.with(RestoreTrial.shard, of: home, port) { pool in
            try await pool.query(PostgresQuery(unsafeSQL: sql).unprepared.within(.seconds(600))).single()
                .decode(String.self, at: 0)
        }
    }

    private func hubctl(_ arguments: [String]) async throws -> String {
        try await ChildProcess.runAside(["sh", "-c", #"exec "$@" 2>/dev/null"#, "sh", command] + arguments)
    }
}
