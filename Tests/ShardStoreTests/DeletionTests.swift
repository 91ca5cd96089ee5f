import FoundationEssentials
import HubModel
import Postgres
import ShardStore
import Testing

/// The founding document's "Cascade Delete Behavior", by the application's role.
@Suite("Deleting", .serialized)
struct DeletionTests {
    /// A tenant with a second user, who has a project with a task assigned to them.
    private func withWorker(_ body: (ShardFixture, TestTenant, UserID, ProjectID, TaskID) async throws -> Void)
        async throws
    {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let store = shard.store
            let worker = try await store.withWrite(tenant.context) {
                try await $0.users.create(
                    NewUser(email: EmailAddress("w@acme.com")!, fullName: "Worker", passwordHash: "h", role: .user)
                ).id
            }
            let (project, task) = try await store.withWrite(tenant.context.acting(as: worker)) { transaction in
                let project = try await transaction.projects.create(NewProject(name: "P")).id
                let task = try await transaction.tasks.create(
                    NewTask(project: project, title: "T", assignedTo: worker)
                ).id
                _ = try await transaction.sessions.create(for: worker, lifetime: .seconds(60))
                return (project, task)
            }
            try await body(shard, tenant, worker, project, task)
        }
    }

    @Test("Scenario 1: a tenant takes its users, projects, tasks and audit trail along")
    func tenant() async throws {
        try await withWorker { shard, tenant, _, _, _ in
            let deleted = try await shard.asApp(tenant.id, "DELETE FROM tenants WHERE id = \(tenant.id)")
            #expect(deleted.affectedRows == 1)
            for table in ["users", "projects", "tasks", "audit_logs", "sessions"] {
                #expect(try await shard.count(table, of: tenant.id) == 0, "\(table)")
            }
        }
    }

    @Test("Scenario 2: a project takes its tasks along, and nothing else")
    func project() async throws {
        try await withWorker { shard, tenant, _, project, _ in
            _ = try await shard.asApp(tenant.id, "DELETE FROM projects WHERE id = \(project)")
            #expect(try await shard.count("tasks", of: tenant.id) == 0)
            #expect(try await shard.count("users", of: tenant.id) == 2)
            #expect(try await shard.count("audit_logs", of: tenant.id) == 5)
        }
    }

    @Test("Scenario 3: a user leaves projects, tasks and the audit trail behind, without a name")
    func user() async throws {
        try await withWorker { shard, tenant, worker, project, task in
            let trail = "SELECT id, action, entityId, changes FROM audit_logs ORDER BY id"
            let before = try await shard.asApp(tenant.id, PostgresQuery(unsafeSQL: trail))
            #expect(try await shard.asApp(tenant.id, "DELETE FROM users WHERE id = \(worker)").affectedRows == 1)
            let (creator, assignee) = try await shard.store.withRead(tenant.context) { transaction in
                (
                    try await transaction.projects.get(project).createdBy,
                    try await transaction.tasks.get(task).assignedTo
                )
            }
            #expect((creator, assignee) == (nil, nil))
            let after = try await shard.asApp(tenant.id, PostgresQuery(unsafeSQL: trail))
            let columns = (UUID.self, String.self, UUID.self, PostgresJSON.self)
            #expect(try before.decode(columns).map { "\($0)" } == after.decode(columns).map { "\($0)" })
            let authors = try await shard.asApp(
                tenant.id,
                "SELECT count(*) FILTER (WHERE userId IS NULL), count(*) FROM audit_logs"
            ).single().decode((Int.self, Int.self))
            #expect(authors == (2, 5))
            #expect(try await shard.count("sessions", of: tenant.id) == 0)
        }
    }
}
