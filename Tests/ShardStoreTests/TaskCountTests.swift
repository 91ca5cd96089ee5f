import HubModel
import HubTesting
import Migrations
import Postgres
import Testing

@testable import ShardStore

@Suite("Counters of tasks", .serialized)
struct TaskCountTests {
    @Test("They say what counting says, whatever many people do to the tasks at once")
    func concurrency() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant(maxProjects: 3)
            let store = shard.store
            let projects = try await store.withWrite(tenant.context) { transaction in
                var projects: [ProjectID] = []
                for name in ["A", "B", "C"] {
                    projects.append(try await transaction.projects.create(NewProject(name: name)).id)
                }
                return projects
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<16 {
                    group.addTask { try await work(worker, projects, store, tenant.context) }
                }
                try await group.waitForAll()
            }
            let tasks = try await counted(shard, tenant)
            #expect(tasks > 0)
            let settings = try await store.withRead(tenant.context) { try await $0.tenant.settings() }
            #expect(settings.usage.tasks == tasks)

            // A project takes its tasks along, also while somebody deletes and adds some of them.
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: Never.self) {
                        try await store.withWrite(tenant.context) {
                            try await $0.projects.delete($0.projects.lock(projects[0]))
                        }
                    }
                }
                for worker in 16..<24 {
                    group.addTask { try? await work(worker, projects, store, tenant.context) }
                }
            }
            _ = try await counted(shard, tenant)
            #expect(try await shard.count("task_counts", of: tenant.id) == 8)
        }
    }

    @Test("Statements over many tasks are counted by the project, also those that move tasks between projects")
    func statements() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let neighbour = try await shard.makeTenant("globex")
            for statement: PostgresQuery in [
                """
                INSERT INTO projects (tenantId, name)
                SELECT id, 'P' || n FROM tenants CROSS JOIN generate_series(1, 3) AS n
                """,
                """
                INSERT INTO tasks (tenantId, projectId, title, status)
                SELECT tenantId, id, 'T', CASE n % 3 WHEN 0 THEN 'completed' ELSE 'in-progress' END
                FROM projects CROSS JOIN generate_series(1, 100) AS n
                """,
                "UPDATE tasks SET title = 'U'",
                "UPDATE tasks SET status = 'completed' WHERE tenantId = \(tenant.id) AND random() < 0.5",
                "UPDATE tasks SET status = 'not-started' WHERE tenantId = \(tenant.id) AND random() < 0.2",
                """
                UPDATE tasks SET projectId = (SELECT id FROM projects WHERE tenantId = \(tenant.id) AND name = 'P1')
                WHERE tenantId = \(tenant.id) AND random() < 0.5
                """,
                "DELETE FROM tasks WHERE tenantId = \(tenant.id) AND random() < 0.3",
                "DELETE FROM projects WHERE tenantId = \(tenant.id) AND name = 'P2'",
            ] {
                _ = try await shard.owner.query(statement)
                _ = try await counted(shard, tenant)
            }
            #expect(try await counted(shard, neighbour) == 300)
        }
    }

    @Test("What was there before the counters is counted")
    func migration() async throws {
        try await PostgresCluster.shared.withDatabase { configuration in
            try await PostgresPool.withPool(configuration) { owner in
                let migrations = ShardSchema.schema.migrations.prefix { $0.version < ShardSchema.taskCounts.version }
                _ = try await Migrator(schema: Schema(name: "shard", migrations: Array(migrations))).apply(owner)
                for statement: PostgresQuery in [
                    "INSERT INTO tenants (subdomain, name) VALUES ('acme', 'A'), ('globex', 'G')",
                    "INSERT INTO projects (tenantId, name) SELECT id, 'P' || n FROM tenants, generate_series(1, 3) AS n",
                    """
                    INSERT INTO tasks (tenantId, projectId, title, status)
                    SELECT tenantId, id, 'T', CASE n % 3 WHEN 0 THEN 'completed' ELSE 'in-progress' END
                    FROM projects CROSS JOIN generate_series(1, 7) AS n WHERE name <> 'P3'
                    """,
                ] { _ = try await owner.query(statement) }
                _ = try await Migrator(schema: ShardSchema.schema).apply(owner)
                let counts = try await owner.query(
                    """
                    SELECT p.name, count(*), sum(c.tasks), sum(c.completed)
                    FROM task_counts AS c JOIN projects AS p ON p.tenantId = c.tenantId AND p.id = c.projectId
                    GROUP BY p.name ORDER BY p.name
                    """
                ).decode((String.self, Int.self, Int.self, Int.self))
                #expect(counts.map { [$0.1, $0.2, $0.3] } == [[8, 14, 4], [8, 14, 4], [8, 0, 0]])
            }
        }
    }

    // MARK: - Private

    /// Makes, changes and deletes tasks; no two people have the same ones, but they have the same projects.
    private func work(
        _ worker: Int,
        _ projects: [ProjectID],
        _ store: ShardStore,
        _ context: TenantContext
    ) async throws {
        var random = SplitMix64(seed: UInt64(worker))
        var own: [TaskID] = []
        for _ in 0..<25 {
            let (status, project) = (
                WorkStatus.allCases.randomElement(using: &random)!, projects.randomElement(using: &random)!
            )
            let chosen = own.randomElement(using: &random)
            switch (Int.random(in: 0..<4, using: &random), chosen) {
            case (0, let task?):
                try await store.withWrite(context) { try await $0.tasks.delete($0.tasks.lock(task)) }
                own.removeAll { $0 == task }
            case (1, let task?):
                _ = try await store.withWrite(context) {
                    try await $0.tasks.update($0.tasks.lock(task), TaskChanges(status: status))
                }
            default:
                own.append(
                    try await store.withWrite(context) {
                        try await $0.tasks.create(NewTask(project: project, title: "T", status: status)).id
                    }
                )
            }
        }
    }

    /// Compares the counters of each project with its tasks.
    ///
    /// - Returns: how many tasks the tenant has.
    private func counted(_ shard: ShardFixture, _ tenant: TestTenant) async throws -> Int {
        let rows = try await shard.owner.query(
            """
            SELECT p.id, count(t.id), count(t.id) FILTER (WHERE t.status = 'completed')
            FROM projects AS p LEFT JOIN tasks AS t ON t.tenantId = p.tenantId AND t.projectId = p.id
            WHERE p.tenantId = \(tenant.id) GROUP BY p.id
            """
        ).decode((ProjectID.self, Int.self, Int.self))
        for (id, tasks, completed) in rows {
            let project = try await shard.store.withRead(tenant.context) { try await $0.projects.get(id) }
            #expect((project.taskCount, project.completedTaskCount) == (tasks, completed))
        }
        return rows.reduce(0) { $0 + $1.1 }
    }
}
