import HubColumns
import HubModel
import HubTesting
import Postgres
import Testing

@testable import ShardStore

@Suite("Counting over all tenants of a shard")
struct ReportTests {
    private static let day: Duration = .seconds(86_400)

    /// Tenants of several sizes: 3 users, n projects and 7 tasks each, of all states and ages.
    private static let rows: [PostgresQuery] = [
        """
        INSERT INTO tenants (subdomain, name, maxUsers, maxProjects, createdAt)
        SELECT 't' || n, 'T', 3 + n, 4, now() - make_interval(days => n * 9) FROM generate_series(1, 9) AS n
        """,
        """
        INSERT INTO users (tenantId, email, fullName, passwordHash, createdAt)
        SELECT id, 'u' || n, 'U', 'h', now() - make_interval(days => n * 11) FROM tenants, generate_series(1, 3) AS n
        """,
        """
        INSERT INTO projects (tenantId, name, createdAt)
        SELECT id, 'P', now() - make_interval(days => n * 6)
        FROM tenants, LATERAL generate_series(1, maxUsers % 4) AS n
        """,
        """
        INSERT INTO tasks (tenantId, projectId, title, status, dueDate, createdAt)
        SELECT tenantId, id, 'secret', (ARRAY['not-started', 'in-progress', 'completed'])[1 + n % 3],
               CASE n % 4 WHEN 0 THEN now() - interval '1 hour' WHEN 1 THEN now() + interval '1 hour' END,
               now() - make_interval(days => n * 7)
        FROM projects, generate_series(1, 7) AS n
        """,
        """
        INSERT INTO audit_logs (id, tenantId, action, entityType, timestamp)
        SELECT gen_random_uuid(), id, 'LOGIN', 'user', now() - make_interval(days => maxUsers * 5 + n)
        FROM tenants, generate_series(0, 3) AS n WHERE maxUsers % 2 = 0
        """,
    ]

    private func tenants(_ shard: ShardFixture) async throws -> [TenantID] {
        try await shard.owner.query("SELECT id FROM tenants ORDER BY subdomain").map {
            try $0.decode(TenantID.self, at: 0)
        }
    }

    /// One number of the owner's, by plain SQL.
    private func number(_ shard: ShardFixture, _ sql: PostgresQuery) async throws -> Int {
        try await shard.owner.query(sql).single().decode(Int.self, at: 0)
    }

    private func question(
        _ shard: ShardFixture,
        _ parts: Set<ReportPart> = Set(ReportPart.allCases),
        days: Int = 30
    ) async throws -> ReportQuestion {
        let now = try await shard.owner.query("SELECT now()").single().decode(Timestamp.self, at: 0)
        return ReportQuestion(parts, since: now + ReportTests.day * -days, unit: ReportUnit(days: days))
    }

    @Test("The sums are those that plain SQL counts, tenant by tenant")
    func sums() async throws {
        try await withShard { shard in
            for statement in ReportTests.rows { _ = try await shard.owner.query(statement) }
            let question = try await question(shard)
            let all = try await tenants(shard)
            let (found, growth) = try await ShardSnapshot.with(question, in: shard.owner) { snapshot in
                try await snapshot.count(all + [.fresh()])
            }
            #expect(Set(found.map(\.tenant)) == Set(all))
            func sum(_ figure: (TenantFigures) -> Int) -> Int { found.reduce(0) { $0 + figure($1) } }
            for (sum, sql) in [
                (sum(\.users), "SELECT count(*) FROM users"), (sum(\.projects), "SELECT count(*) FROM projects"),
                (sum(\.tasks), "SELECT count(*) FROM tasks"),
                (sum(\.completed), "SELECT count(*) FROM tasks WHERE status = 'completed'"),
                (sum(\.inProgress), "SELECT count(*) FROM tasks WHERE status = 'in-progress'"),
                (sum(\.overdue), "SELECT count(*) FROM tasks WHERE status <> 'completed' AND dueDate < now()"),
                (sum(\.auditEntries), "SELECT count(*) FROM audit_logs"),
                (sum(\.newTasks), "SELECT count(*) FROM tasks WHERE createdAt >= now() - interval '30 days'"),
            ] as [(Int, PostgresQuery)] {
                let counted = try await number(shard, sql)
                #expect(sum == counted && counted > 0, "\(sql)")
            }
            for (kind, table) in [
                (GrowthCount.Kind.tenants, "tenants"), (.users, "users"), (.projects, "projects"), (.tasks, "tasks"),
            ] {
                let counted = try await number(
                    shard,
                    "SELECT count(*) FROM \(unescaped: table) WHERE createdAt >= \(question.since)"
                )
                let made = growth.filter { $0.kind == kind }
                #expect(made.reduce(0) { $0 + $1.count } == counted && counted > 0, "\(table)")
                #expect(Set(made.map(\.date)).count == made.count, "each day comes once")
            }
            for figures in found {
                let last = try await shard.owner.query(
                    """
                    SELECT greatest(t.createdAt, (SELECT max(timestamp) FROM audit_logs WHERE tenantId = t.id))
                    FROM tenants AS t WHERE id = \(figures.tenant)
                    """
                ).single().decode(Timestamp.self, at: 0)
                #expect(figures.lastActiveAt == last)
            }
        }
    }

    @Test("What was not asked for is not looked at, and a window of months is told by month")
    func parts() async throws {
        try await withShard { shard in
            for statement in ReportTests.rows { _ = try await shard.owner.query(statement) }
            let all = try await tenants(shard)
            let limits = try await question(shard, [.limits])
            let (found, growth) = try await ShardSnapshot.with(limits, in: shard.owner) { snapshot in
                #expect(snapshot.weights == nil)
                return try await snapshot.count(all)
            }
            #expect(
                growth.isEmpty && found.allSatisfy { $0.overdue == 0 && $0.lastActiveAt == nil && $0.auditEntries == 0 }
            )
            #expect(found.contains { $0.users == 3 && $0.maxUsers == 4 })
            let year = try await question(shard, [.growth], days: 365)
            let months = try await ShardSnapshot.with(year, in: shard.owner) { try await $0.count(all).growth }
            #expect(!months.isEmpty && months.allSatisfy { $0.date.hasSuffix("-01") })
        }
    }

    @Test("A report sees no name, address or text, and changes nothing")
    func rights() async throws {
        try await withShard { shard in
            for statement in ReportTests.rows { _ = try await shard.owner.query(statement) }
            for refused in [
                "SELECT fullName FROM users", "SELECT email FROM users", "SELECT passwordHash FROM users",
                "SELECT title FROM tasks", "SELECT name FROM projects", "SELECT name FROM tenants",
                "SELECT subdomain FROM tenants", "SELECT changes FROM audit_logs", "SELECT ipAddress FROM audit_logs",
                "SELECT clientAddress FROM sessions", "SELECT count(*) FROM events",
                "SELECT count(*) FROM idempotency_keys",
                "SELECT count(*) FROM audit_logs_default", "INSERT INTO tenants (subdomain, name) VALUES ('x', 'x')",
                "DELETE FROM tasks", "UPDATE task_counts SET tasks = 0", "CREATE TABLE t ()",
            ] {
                await #expect(throws: PostgresError.self, "\(refused)") {
                    try await shard.owner.transact(
                        TransactionOptions(),
                        prologue: ["SET LOCAL ROLE hub_report"],
                        [PostgresQuery(unsafeSQL: refused)]
                    )
                }
            }
            let seen = try await shard.owner.transact(
                TransactionOptions(),
                prologue: ["SET LOCAL ROLE hub_report"],
                ["SELECT count(*) FROM users"]
            )[0].single().decode(Int.self, at: 0)
            #expect(seen == 27)
            await #expect(throws: PostgresError.self, "the application's role does not become it") {
                try await shard.app.query("SET ROLE hub_report")
            }
        }
    }

    @Test("All batches of a report are of one moment")
    func snapshot() async throws {
        try await withShard { shard in
            for statement in ReportTests.rows { _ = try await shard.owner.query(statement) }
            let question = try await question(shard)
            let all = try await tenants(shard)
            let (first, second) = try await ShardSnapshot.with(question, in: shard.owner) { snapshot in
                let first = try await snapshot.count(Array(all.prefix(1)))
                for statement in ["DELETE FROM tasks", "DELETE FROM audit_logs"] as [PostgresQuery] {
                    _ = try await shard.owner.query(statement)
                }
                return (first, try await snapshot.count(all))
            }
            #expect(second.tenants.first { $0.tenant == all[0] } == first.tenants[0])
            #expect(second.tenants.contains { $0.tasks > 0 } && second.tenants.contains { $0.auditEntries > 0 })
        }
    }

    @Test("Weights are the tables' sizes over their rows, with statistics and without", arguments: [false, true])
    func weights(isAnalysed: Bool) async throws {
        try await withShard { shard in
            for statement in ReportTests.rows { _ = try await shard.owner.query(statement) }
            if isAnalysed { _ = try await shard.owner.query("ANALYZE") }
            let question = try await question(shard, [.storage])
            let weights = try #require(
                try await ShardSnapshot.with(question, in: shard.owner) { $0.weights }
            )
            let (bytes, rows) = try await shard.owner.query(
                "SELECT pg_total_relation_size('tasks'), (SELECT count(*) FROM tasks)"
            ).single().decode((Double.self, Double.self))
            #expect(abs(weights.bytesPerTask - bytes / rows) < 0.02 * bytes / rows)
            #expect(weights.bytesPerUser > 0 && weights.bytesPerProject > 0 && weights.bytesPerAuditEntry > 0)
            #expect(weights.databaseBytes > Int64(bytes))
        }
    }

    @Test("A report does not wait for a lock that somebody keeps")
    func locked() async throws {
        try await withShard { shard in
            let question = try await question(shard, [.usage])
            try await shard.owner.withTransaction { other in
                _ = try await other.query("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
                let error = await #expect(throws: PostgresError.self) {
                    try await ShardSnapshot.with(question, in: shard.owner, patience: .seconds(1)) { snapshot in
                        _ = try await snapshot.count([.fresh()])
                    }
                }
                #expect(error?.code == .timeout || error?.isLockTimeout == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("A shard that says nothing any more is given up")
    func silent() async throws {
        try await withShard { shard in
            let question = try await question(shard, [.usage])
            try await FaultyProxy.withProxy(to: PostgresCluster.shared.port) { proxy in
                var configuration = shard.owner.configuration
                configuration.hosts = [PostgresHost("127.0.0.1", proxy.port)]
                configuration.queryTimeout = .seconds(600)
                try await PostgresPool.withPool(configuration) { pool in
                    let error = await #expect(throws: PostgresError.self) {
                        try await ShardSnapshot.with(question, in: pool, patience: .seconds(1)) { snapshot in
                            _ = try await snapshot.count([.fresh()])
                            try await proxy.begin(.stall)
                            _ = try await snapshot.count([.fresh()])
                        }
                    }
                    #expect(error?.code == .timeout, "\(error?.message ?? "")")
                    try await proxy.begin(.pass)
                }
            }
        }
    }
}
