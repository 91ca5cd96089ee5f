import BenchmarkReport
import FoundationEssentials
import Glibc
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Postgres
import WebClients

/// Reports of all kinds over the three shards of a local deployment, filled with demo tenants; the peer is plain SQL on one
/// shard after the other, which knows nothing of the directory, of batches or of tenants that move.
struct ReportTrial {
    private let home: String
    private let port: Int
    private let command: String
    private let apex: WebClient
    private let tenants: Int
    private let rounds: Int

    init(_ environment: [String: String], tenants: Int, rounds: Int) async throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        command = environment["HUBCTL"] ?? ""
        (self.tenants, self.rounds) = (tenants, rounds)
        apex = try await GrowBenchmark.signedIn(.router(port, nil), "superadmin@system.com", "Admin@123")
    }

    /// - Returns: whether the sums were those of plain SQL.
    func report() async throws -> Bool {
        for (number, shard) in LocalShards.names.enumerated() {
            // The tenants of one seed are there once, on whatever shard.
            let which = ["--shard", shard, "--seed", "\(number + 1)"]
            let sizes = ["--tenants", "\(tenants)", "--projects", "5", "--tasks", "20"]
            _ = try await ChildProcess.runAside([command, "demo", "load"] + sizes + which)
            try await LocalShards.with(shard, of: home, port) { _ = try await $0.query("VACUUM ANALYZE") }
        }
        var table = Report(columns: [
            "report", "ms", "slowest ms", "plain SQL ms", "of it", "hub-control CPU ms", "RSS MB", "JSON kB",
        ])
        var isRight = true
        for kind in ReportKind.allCases {
            var (times, cpu, bytes) = ([Double](), 0.0, 0)
            for _ in 0..<rounds {
                let before = try ProcessUse.cpuSeconds(of: GrowBenchmark.process("control", home))
                let start = ContinuousClock.now
                let answer = try await apex.get("/api/reports/\(kind.rawValue)")
                times.append((ContinuousClock.now - start).seconds * 1000)
                cpu += try ProcessUse.cpuSeconds(of: GrowBenchmark.process("control", home)) - before
                guard answer.status == 200 else { throw ChildFailure("\(kind): \(answer.status) \(answer.text)") }
                bytes = answer.text.utf8.count
                if kind == .usage { isRight = try await agrees(answer.decode(ReportView.self)) && isRight }
            }
            let plain = try await plainSQL(kind)
            table.add(
                kind.rawValue,
                times.median.formatted(digits: 0),
                (times.max() ?? 0).formatted(digits: 0),
                plain.formatted(digits: 0),
                "×" + (times.median / plain).formatted(digits: 2),
                (cpu * 1000 / Double(rounds)).formatted(digits: 0),
                (Double(try ProcessUse.residentBytes(of: GrowBenchmark.process("control", home))) / 1e6).formatted(
                    digits: 0
                ),
                (Double(bytes) / 1000).formatted(digits: 1)
            )
        }
        table.print(
            title: "Reports over \(tenants) tenants on each of \(LocalShards.names.count) shards; medians of \(rounds)"
        )
        print("\n  \(isRight ? "The sums are those of plain SQL." : "THE SUMS ARE NOT THOSE OF PLAIN SQL.")")
        return isRight
    }

    // MARK: - Private

    /// Milliseconds that plain SQL takes for about the same, on one shard after the other.
    private func plainSQL(_ kind: ReportKind) async throws -> Double {
        let queries = kind.parts.flatMap(ReportTrial.queries).map { PostgresQuery(unsafeSQL: $0) }
        var times: [Double] = []
        for _ in 0..<rounds {
            var sum = 0.0
            for shard in LocalShards.names {
                sum += try await LocalShards.with(shard, of: home, port) { pool in
                    _ = try await pool.query("SELECT 1")
                    let start = ContinuousClock.now
                    for query in queries { _ = try await pool.query(query) }
                    return (ContinuousClock.now - start).seconds * 1000
                }
            }
            times.append(sum)
        }
        return times.median
    }

    private static func queries(_ part: ReportPart) -> [String] {
        switch part {
        case .usage:
            [
                "SELECT count(*) FROM tenants", "SELECT count(*) FROM users", "SELECT count(*) FROM projects",
                "SELECT status, count(*), count(*) FILTER (WHERE dueDate < now()) FROM tasks GROUP BY status",
                "SELECT tenantId, count(*) FROM tasks GROUP BY tenantId ORDER BY 2 DESC LIMIT 10",
            ]
        case .growth:
            ["tenants", "users", "projects", "tasks"].map { table in
                """
                SELECT date_trunc('day', createdAt), count(*) FROM \(table)
                WHERE createdAt >= now() - interval '30 days' GROUP BY 1
                """
            }
        case .inactive:
            [
                """
                SELECT t.id, max(a.timestamp) FROM tenants AS t LEFT JOIN audit_logs AS a ON a.tenantId = t.id
                GROUP BY t.id HAVING max(a.timestamp) < now() - interval '30 days'
                """
            ]
        case .limits:
            [
                """
                SELECT t.id FROM tenants AS t
                WHERE (SELECT count(*) FROM users WHERE tenantId = t.id) >= 0.8 * t.maxUsers
                   OR (SELECT count(*) FROM projects WHERE tenantId = t.id) >= 0.8 * t.maxProjects
                """
            ]
        case .storage:
            ["users", "projects", "tasks", "audit_logs"].map { table in
                "SELECT tenantId, sum(pg_column_size(x.*)) FROM \(table) AS x GROUP BY tenantId ORDER BY 2 DESC LIMIT 10"
            }
        }
    }

    private func agrees(_ report: ReportView) async throws -> Bool {
        guard report.isComplete, let total = report.usage?.total else { return false }
        var counted = [0, 0, 0, 0]
        for shard in LocalShards.names {
            let row = try await LocalShards.with(shard, of: home, port) { pool in
                try await pool.query(
                    """
                    SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM users), (SELECT count(*) FROM projects),
                           (SELECT count(*) FROM tasks)
                    """
                ).single().decode((Int.self, Int.self, Int.self, Int.self))
            }
            counted = zip(counted, [row.0, row.1, row.2, row.3]).map(+)
        }
        return counted == [total.tenants, total.users, total.projects, total.tasks]
    }
}
