import HubModel
import Postgres
import ShardStore
import Synchronization
import Testing

@Suite("Demo data", .serialized)
struct DemoLoaderTests {
    private static let now = Timestamp("2026-01-15T12:00:00Z")!

    @Test("The same seed makes the same tenants, another seed others, and no two names are alike")
    func determinism() {
        let dataset = DemoDataset(seed: 7, projectsPerTenant: 5, tasksPerProject: 10)
        let again = DemoDataset(seed: 7, projectsPerTenant: 5, tasksPerProject: 10)
        let other = DemoDataset(seed: 8, projectsPerTenant: 5, tasksPerProject: 10)
        let tenants = (0..<2000).map(dataset.tenant(at:))
        #expect(tenants.map(\.id) == (0..<2000).map { again.tenant(at: $0).id })
        #expect(tenants[5].projects == again.tenant(at: 5).projects)
        #expect(tenants[5].id != other.tenant(at: 5).id)
        #expect(Set(tenants.map(\.subdomain)).count == 2000)
        #expect(Set(tenants.map(\.id)).count == 2000)
    }

    @Test("Sizes have the mean that was asked for, and a few tenants hold much of it")
    func sizes() {
        let dataset = DemoDataset(seed: 3, projectsPerTenant: 5, tasksPerProject: 20)
        let sizes = (0..<5000).map { dataset.tenant(at: $0).tasks }.sorted(by: >)
        let total = sizes.reduce(0, +)
        #expect((90...110).contains(total / 5000))
        #expect(sizes[..<500].reduce(0, +) * 5 > total * 2)
        #expect(sizes[2500] * 2 < total / 5000)
    }

    @Test("A load makes every row, and a second one finds the tenants there")
    func load() async throws {
        try await withShard { shard in
            let dataset = DemoDataset(projectsPerTenant: 4, tasksPerProject: 6)
            let tenants =
                (0..<40).map(dataset.tenant(at:))
                + [DemoTenant(subdomain: Subdomain("demo")!, name: "Demo O'Neil\t\\", users: 3, projects: [2, 0])]
            let loader = DemoLoader(
                pool: shard.owner,
                adminPasswordHash: "admin-hash",
                userPasswordHash: "user-hash",
                now: Self.now
            )
            let last = Mutex<DemoProgress?>(nil)
            let summary = try await loader.load(tenants) { progress in last.withLock { $0 = progress } }
            let rows = tenants.reduce(0) { $0 + $1.rows }
            #expect((summary.loaded.count, summary.found.count, summary.rows) == (41, 0, rows))
            let progress = last.withLock { $0 }
            #expect(progress?.tenants == 41 && progress?.rows == rows && progress?.totalRows == rows)

            let demo = tenants[40]
            let context = TenantContext(tenant: demo.id, epoch: .first, requestID: "t")
            try await shard.store.withRead(context) { transaction in
                let settings = try await transaction.tenant.settings()
                #expect(settings.name == "Demo O'Neil\t\\")
                #expect((settings.usage.users, settings.usage.projects, settings.usage.tasks) == (3, 2, 2))
                let admin = try await transaction.users.find(email: EmailAddress("admin@demo.com")!)
                #expect(admin?.role == .tenantAdmin && admin?.passwordHash == "admin-hash")
                let user = try await transaction.users.find(email: EmailAddress("user2@demo.com")!)
                #expect(user?.role == .user && user?.passwordHash == "user-hash")
            }
            #expect(try await shard.count("audit_logs", of: demo.id) == 1 + 3 + 2 + 2)

            let again = try await loader.load(Array(tenants.reversed())) { _ in }
            #expect((again.loaded.count, again.found.count, again.rows) == (0, 41, 0))
        }
    }

    @Test("What was loaded past the foreign keys fits them, and no row lies in the future or before its parent")
    func integrity() async throws {
        try await withShard { shard in
            let dataset = DemoDataset(seed: 11, projectsPerTenant: 5, tasksPerProject: 8)
            let loader = DemoLoader(pool: shard.owner, adminPasswordHash: "a", userPasswordHash: "u", now: Self.now)
            _ = try await loader.load((0..<30).map(dataset.tenant(at:))) { _ in }
            for orphans: PostgresQuery in [
                "SELECT FROM users x LEFT JOIN tenants t ON t.id = x.tenantId WHERE t.id IS NULL",
                """
                SELECT FROM projects x LEFT JOIN users u ON u.tenantId = x.tenantId AND u.id = x.createdBy
                WHERE u.id IS NULL OR x.createdAt < u.createdAt
                """,
                """
                SELECT FROM tasks x LEFT JOIN projects p ON p.tenantId = x.tenantId AND p.id = x.projectId
                WHERE p.id IS NULL OR x.createdAt < p.createdAt OR x.createdAt > \(PostgresTimestamp(
                    microseconds: Self.now.microseconds))
                """,
                """
                SELECT FROM tasks x LEFT JOIN users u ON u.tenantId = x.tenantId AND u.id = x.assignedTo
                WHERE x.assignedTo IS NOT NULL AND u.id IS NULL
                """,
                """
                SELECT FROM audit_logs x LEFT JOIN users u ON u.tenantId = x.tenantId AND u.id = x.userId
                WHERE x.userId IS NOT NULL AND u.id IS NULL
                """,
            ] {
                #expect(try await shard.owner.query(orphans).isEmpty, "\(orphans)")
            }
            #expect(try await shard.owner.query("SELECT FROM audit_logs_default").isEmpty)
        }
    }

    @Test("A load that is stopped leaves whole tenants, and goes on where it stopped")
    func resumption() async throws {
        struct Stop: Error {}
        try await withShard { shard in
            // Each more than half a chunk, so that each is a chunk.
            let tenants = (1...3).map {
                DemoTenant(subdomain: Subdomain("large-\($0)")!, name: "Large", users: 1, projects: [15_000])
            }
            let loader = DemoLoader(pool: shard.owner, adminPasswordHash: "a", userPasswordHash: "u", now: Self.now)
            let task = Task {
                try await loader.load(tenants) { progress in
                    if progress.tenants == 1 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            await #expect(throws: (any Error).self) { try await task.value }
            #expect(try await shard.owner.query("SELECT FROM tenants").count == 1)
            #expect(try await shard.count("tasks", of: tenants[0].id) == 15_000)
            #expect(try await shard.count("tasks", of: tenants[1].id) == 0)
            let summary = try await loader.load(tenants) { _ in }
            #expect((summary.found, summary.loaded) == ([tenants[0].id], [tenants[1].id, tenants[2].id]))
        }
    }
}
