import HubModel
import Postgres
import Testing

@testable import ShardStore

@Suite("Creating and erasing a tenant on a shard", .serialized)
struct TenantCreationTests {
    @Test("A created tenant has its administrator, its ownership and its audit trail")
    func creation() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("acme", maxUsers: 7, maxProjects: 9)
            let settings = try await shard.store.withRead(tenant.context) { try await $0.tenant.settings() }
            #expect(settings.subdomain.rawValue == "acme")
            #expect((settings.maxUsers, settings.maxProjects) == (7, 9))
            #expect((settings.usage.users, settings.usage.projects, settings.usage.tasks) == (1, 0, 0))
            let admin = try await shard.store.withRead(tenant.context) {
                try await $0.users.find(email: tenant.new.admin.email)
            }
            #expect(admin?.id == tenant.admin)
            #expect(admin?.role == .tenantAdmin)
            let actions = try await shard.asApp(tenant.id, "SELECT action FROM audit_logs ORDER BY action")
            #expect(try actions.map { try $0.decode(String.self, at: 0) } == ["CREATE_TENANT", "CREATE_USER"])
        }
    }

    @Test("Creating it again changes nothing; creating another in its place is a conflict")
    func idempotence() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("acme")
            #expect(try await shard.store.createTenant(tenant.new, tenant.context) == false)
            #expect(try await shard.count("audit_logs", of: tenant.id) == 2)
            let other = NewTenant(
                subdomain: Subdomain("other")!,
                name: "x",
                maxUsers: 1,
                maxProjects: 1,
                admin: tenant.new.admin
            )
            await expect(.conflict) { try await shard.store.createTenant(other, tenant.context) }
            let elsewhere = TenantContext(
                tenant: TenantID.make(at: .init(microseconds: 0)),
                epoch: .first,
                requestID: "t"
            )
            await expect(.duplicate(field: "subdomain")) { try await shard.store.createTenant(tenant.new, elsewhere) }
            #expect(try await shard.count("tenant_ownership", of: elsewhere.tenant) == 0)
        }
    }

    @Test("Fifty parallel creations of one tenant create it once")
    func race() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("first")
            let admin = NewUser(email: EmailAddress("a@b.cd")!, fullName: "A", passwordHash: "h", role: .tenantAdmin)
            let new = NewTenant(subdomain: Subdomain("second")!, name: "S", maxUsers: 1, maxProjects: 1, admin: admin)
            let context = TenantContext(
                tenant: TenantID.make(at: .init(microseconds: 0)),
                epoch: .first,
                requestID: "t"
            )
            let store = shard.store
            let created = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { try await store.createTenant(new, context) } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(created == 1)
            #expect(try await shard.count("users", of: tenant.id) == 1)
        }
    }

    @Test("An erasure removes every row of the tenant, counts them, and leaves other tenants alone")
    func erasure() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("acme")
            let neighbour = try await shard.makeTenant("globex")
            for context in [tenant.context, neighbour.context] {
                try await shard.store.withWrite(context) { transaction in
                    let project = try await transaction.projects.create(NewProject(name: "P"))
                    let user = context.actor!
                    _ = try await transaction.tasks.create(NewTask(project: project.id, title: "T", assignedTo: user))
                    _ = try await transaction.sessions.create(for: user, lifetime: .seconds(60))
                    _ = try await transaction.idempotencyKeys.claim("k", of: user, fingerprint: [1])
                }
            }
            let id = ErasureID.fresh()
            let erasure = try await shard.store.eraseTenant(tenant.context, id: id)
            let removed = erasure.removed
            #expect(
                removed == [
                    "tenants": 1, "users": 1, "projects": 1, "tasks": 1, "task_counts": 4, "audit_logs": 4,
                    "audit_floors": 0,
                    "sessions": 1,
                    "idempotency_keys": 1, "events": 4, "impersonations": 0, "move_markers": 0,
                    "tenant_ownership": 1,
                ]
            )
            for table in removed.keys {
                #expect(try await shard.count(table, of: tenant.id) == 0, "\(table)")
                #expect(try await shard.count(table, of: neighbour.id) == removed[table], "\(table)")
            }
            await expect(.notOwner) {
                try await shard.store.withRead(tenant.context) { try await $0.tenant.settings() }
            }
            #expect(try await shard.store.eraseTenant(tenant.context, id: id).removed == removed)
            let again = try await shard.store.eraseTenant(tenant.context, id: .fresh())
            #expect(again.removed.values.allSatisfy { $0 == 0 })
        }
    }

    @Test("A tenant at another epoch, or one that a move holds, is not erased")
    func erasureOfMoved() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("acme", epoch: Epoch(rawValue: 4))
            let old = TenantContext(tenant: tenant.id, epoch: Epoch(rawValue: 3), requestID: "t")
            await expect(.notOwner) { try await shard.store.eraseTenant(old, id: .fresh()) }
            _ = try await shard.owner.query("UPDATE tenant_ownership SET state = 'frozen'")
            await expect(.notOwner) { try await shard.store.eraseTenant(tenant.context, id: .fresh()) }
            #expect(try await shard.count("users", of: tenant.id) == 1)
        }
    }
}
