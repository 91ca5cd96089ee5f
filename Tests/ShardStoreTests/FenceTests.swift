import HubModel
import HubTesting
import Postgres
import ShardStore
import Testing

@Suite("The fence of a tenant", .serialized)
struct FenceTests {
    private func fence(_ tenant: TenantID) -> PostgresQuery {
        "SELECT pg_advisory_lock(18433, hub_tenant_lock_key(\(tenant)))"
    }

    private func unfence(_ tenant: TenantID) -> PostgresQuery {
        "SELECT pg_advisory_unlock(18433, hub_tenant_lock_key(\(tenant)))"
    }

    @Test("A write that comes during a cutover waits for it, and is refused before it has done anything")
    func writerBehindFence() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant("acme")
            let neighbour = try await shard.makeTenant("globex")
            let store = shard.store
            let context = tenant.context
            try await shard.owner.withConnection { mover in
                _ = try await mover.query(fence(tenant.id))
                let write = Task {
                    try await store.withWrite(context) { _ = try await $0.projects.create(NewProject(name: "P")) }
                }
                try await waitFor("the write to wait") { try await shard.waitingForLock() == 1 }
                // Nobody else is fenced.
                _ = try await store.withWrite(neighbour.context) { try await $0.projects.create(NewProject(name: "P")) }
                _ = try await mover.query("UPDATE tenant_ownership SET state = 'frozen' WHERE tenantId = \(tenant.id)")
                _ = try await mover.query(unfence(tenant.id))
                await expect(.notOwner) { try await write.value }
            }
            #expect(try await shard.count("projects", of: tenant.id) == 0)
            #expect(try await shard.count("audit_logs", of: tenant.id) == 2)
        }
    }

    @Test("A cutover waits for a write in flight, and finds what it wrote")
    func fenceBehindWriter() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let owner = shard.owner
            let (lock, unlock) = (fence(tenant.id), unfence(tenant.id))
            let cutover = try await shard.store.withWrite(tenant.context) { transaction in
                _ = try await transaction.projects.create(NewProject(name: "P"))
                let cutover = Task {
                    try await owner.withConnection { mover in
                        _ = try await mover.query(lock)
                        let count = try await mover.query("SELECT count(*) FROM projects")
                        _ = try await mover.query(unlock)
                        return try count.single().decode(Int.self, at: 0)
                    }
                }
                try await waitFor("the cutover to wait") { try await shard.waitingForLock() == 1 }
                return cutover
            }
            let found = try await cutover.value
            #expect(found == 1)
        }
    }

    @Test("Another epoch is refused, reading and writing, before any side effect", arguments: [1, 3])
    func epoch(other: Int64) async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant(epoch: Epoch(rawValue: 2))
            let context = TenantContext(
                tenant: tenant.id,
                epoch: Epoch(rawValue: other),
                actor: tenant.admin,
                requestID: "t"
            )
            await expect(.notOwner) { try await shard.store.withRead(context) { try await $0.tenant.settings() } }
            await expect(.notOwner) {
                try await shard.store.withWrite(context) { try await $0.projects.create(NewProject(name: "P")) }
            }
            #expect(try await shard.count("projects", of: tenant.id) == 0)
        }
    }

    @Test("Only an active tenant is served", arguments: OwnershipState.allCases)
    func state(_ state: OwnershipState) async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            _ = try await shard.owner.query("UPDATE tenant_ownership SET state = \(state.rawValue)")
            let read = { try await shard.store.withRead(tenant.context) { try await $0.tenant.settings().name } }
            let write = {
                try await shard.store.withWrite(tenant.context) { try await $0.projects.create(NewProject(name: "P")) }
            }
            if state == .active {
                #expect(try await read() == "acme")
                _ = try await write()
            } else {
                await expect(.notOwner) { try await read() }
                await expect(.notOwner) { try await write() }
            }
        }
    }

    @Test("A tenant this shard has never seen is refused")
    func unknown() async throws {
        try await withShard { shard in
            let context = TenantContext(
                tenant: TenantID.make(at: .init(microseconds: 0)),
                epoch: .first,
                requestID: "t"
            )
            await expect(.notOwner) { try await shard.store.withRead(context) { try await $0.tenant.settings() } }
        }
    }

    @Test("A read that began before a cutover ends in the snapshot in which it was entitled; the next is refused")
    func readSnapshot() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            try await shard.store.withRead(tenant.context) { transaction in
                #expect(try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 1)).total == 0)
                _ = try await shard.owner.query("UPDATE tenant_ownership SET state = 'frozen'")
                _ = try await shard.owner.query("INSERT INTO projects (tenantId, name) VALUES (\(tenant.id), 'late')")
                #expect(try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 1)).total == 0)
            }
            await expect(.notOwner) {
                try await shard.store.withRead(tenant.context) { try await $0.tenant.settings() }
            }
        }
    }

    @Test("A backend's role cannot lift a fence: it can neither change nor remove an ownership that is not active")
    func liftedByBackend() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            _ = try await shard.owner.query("UPDATE tenant_ownership SET state = 'frozen'")
            let deleted = try await shard.asApp(tenant.id, "DELETE FROM tenant_ownership WHERE tenantId = \(tenant.id)")
            #expect(deleted.affectedRows == 0)
            await expectRefusal("23505") {
                try await shard.asApp(
                    tenant.id,
                    "INSERT INTO tenant_ownership (tenantId, epoch, state) VALUES (\(tenant.id), 1, 'active')"
                )
            }
        }
    }
}
