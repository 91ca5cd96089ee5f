import FoundationEssentials
import HubModel
import HubTesting
import Postgres
import ShardStore
import Testing

/// Three things keep tenants apart; each is tested with the other two out of the way.
@Suite("Isolation of tenants", .serialized)
struct IsolationTests {
    /// Two tenants, each with a project and a task.
    private func withNeighbours(
        _ body: (ShardFixture, _ acme: TestTenant, _ globex: TestTenant) async throws -> Void
    ) async throws {
        try await withShard { shard in
            let (acme, globex) = (try await shard.makeTenant("acme"), try await shard.makeTenant("globex"))
            for tenant in [acme, globex] {
                try await shard.store.withWrite(tenant.context) { transaction in
                    let project = try await transaction.projects.create(NewProject(name: "P"))
                    _ = try await transaction.tasks.create(NewTask(project: project.id, title: "T"))
                }
            }
            try await body(shard, acme, globex)
        }
    }

    private static let tables = ["tenants", "users", "projects", "tasks", "audit_logs", "sessions", "tenant_ownership"]

    @Test(
        "Row-level security alone: a query without a filter sees one tenant",
        arguments: tables.filter { $0 != "sessions" }
    )
    func visibleRows(table: String) async throws {
        try await withNeighbours { shard, acme, globex in
            let column = table == "tenants" ? "id" : "tenantId"
            let seen = try await shard.asApp(acme.id, "SELECT DISTINCT \(unescaped: column) FROM \(unescaped: table)")
            #expect(try seen.map { try $0.decode(UUID.self, at: 0) } == [acme.id.uuid])
            #expect(try await shard.count(table, of: globex.id) > 0)
        }
    }

    @Test("Without a tenant's context every table fails, on a fresh connection and on a used one", arguments: tables)
    func noContext(table: String) async throws {
        try await withNeighbours { shard, acme, _ in
            let query: PostgresQuery = "SELECT * FROM \(unescaped: table)"
            try await shard.app.withConnection { connection in
                // The context of a transaction that has ended is an empty string, which is no UUID.
                _ = try await connection.transact(
                    TransactionOptions(),
                    prologue: ["SELECT set_config('hub.tenant', \(acme.id)::text, true)"],
                    [query]
                )
                await expectRefusal("22P02") { try await connection.query(query) }
            }
            try await PostgresPool.withPool(shard.appConfiguration) { fresh in
                _ = await expectRefusal("42704") { try await fresh.query(query) }
            }
        }
    }

    @Test("Row-level security alone: nothing can be written into another tenant")
    func withCheck() async throws {
        try await withNeighbours { shard, acme, globex in
            for insert: PostgresQuery in [
                "INSERT INTO projects (id, tenantId, name) VALUES (gen_random_uuid(), \(globex.id), 'X')",
                "INSERT INTO audit_logs (tenantId, action, entityType) VALUES (\(globex.id), 'X', 'x')",
                "INSERT INTO tenant_ownership (tenantId, epoch, state) VALUES (gen_random_uuid(), 1, 'active')",
                "INSERT INTO tenants (subdomain, name) VALUES ('xxx', 'X')",
            ] {
                await expectRefusal("42501") { try await shard.asApp(acme.id, insert) }
            }
            let changes: [PostgresQuery] = [
                "UPDATE projects SET name = 'X' WHERE tenantId = \(globex.id)",
                "DELETE FROM users WHERE tenantId = \(globex.id)",
                "DELETE FROM tenants WHERE id = \(globex.id)",
            ]
            for change in changes {
                let touched = try await shard.asApp(acme.id, change).affectedRows
                #expect(touched == 0)
            }
        }
    }

    @Test("The queries' own filter alone: with a role that bypasses row-level security the store mixes nothing")
    func filters() async throws {
        try await withNeighbours { shard, acme, globex in
            let store = ShardStore(pool: shard.owner)
            let (project, task) = try await store.withRead(globex.context) { transaction in
                let projects = try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 10)).items
                let tasks = try await transaction.tasks.list(TaskFilter(), ListWindow(limit: 10)).items
                return (projects[0].id, tasks[0].id)
            }
            try await store.withRead(acme.context) { transaction in
                let projects = try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 10))
                #expect((projects.total, projects.items.count) == (1, 1))
                let tasks = try await transaction.tasks.list(TaskFilter(project: project), ListWindow(limit: 10))
                #expect((tasks.total, tasks.items.count) == (0, 0))
                #expect(try await transaction.tasks.list(TaskFilter(), ListWindow(limit: 10)).total == 1)
                #expect(try await transaction.users.find(email: globex.new.admin.email) == nil)
                let usage = try await transaction.tenant.settings().usage
                #expect((usage.users, usage.projects, usage.tasks) == (1, 1, 1))
                await expect(.notFound(.project)) { try await transaction.projects.get(project) }
                await expect(.notFound(.task)) { try await transaction.tasks.get(task) }
                await expect(.notFound(.user)) { try await transaction.users.get(globex.admin) }
            }
            await expect(.invalidReference(field: "assignedTo")) {
                try await store.withWrite(globex.context) {
                    try await $0.tasks.create(NewTask(project: project, title: "T", assignedTo: acme.admin))
                }
            }
        }
    }

    @Test("Foreign keys alone: no row can refer into another tenant, even by a role that bypasses everything else")
    func foreignKeys() async throws {
        try await withNeighbours { shard, acme, globex in
            let project = try await shard.owner.query("SELECT id FROM projects WHERE tenantId = \(globex.id)")
                .single().decode(UUID.self, at: 0)
            for query: PostgresQuery in [
                "INSERT INTO tasks (tenantId, projectId, title) VALUES (\(acme.id), \(project), 'X')",
                "UPDATE tasks SET assignedTo = \(globex.admin) WHERE tenantId = \(acme.id)",
                "UPDATE projects SET createdBy = \(globex.admin) WHERE tenantId = \(acme.id)",
                "INSERT INTO audit_logs (tenantId, userId, action, entityType) VALUES (\(acme.id), \(globex.admin), 'X', 'x')",
                """
                INSERT INTO sessions (id, tenantId, userId, expiresAt)
                VALUES (gen_random_uuid(), \(acme.id), \(globex.admin), now() + interval '1 h')
                """,
            ] {
                await expectRefusal("23503") { try await shard.owner.query(query) }
            }
        }
    }

    @Test("The application's role cannot reach a partition, a lock of a table or the schema")
    func leastPrivilege() async throws {
        try await withNeighbours { shard, acme, _ in
            for query: PostgresQuery in [
                "SELECT * FROM audit_logs_default",
                "TRUNCATE projects",
                "ALTER TABLE projects DISABLE ROW LEVEL SECURITY",
                "CREATE TABLE mine (id int)",
                "CREATE TEMPORARY TABLE mine (id int)",
                "UPDATE projects SET tenantId = gen_random_uuid()",
                "UPDATE tenant_ownership SET state = 'active'",
                "UPDATE schema_migrations SET version = 1",
                "SET ROLE hub_admin",
            ] {
                await expectRefusal("42501") { try await shard.asApp(acme.id, query.unprepared) }
            }
        }
    }
}
