import Directory
import HubColumns
import HubModel
import Moving
import Postgres
import Testing

@Suite("Restores that hold a tenant", .serialized)
struct RestoreHoldTests {
    private static let restore = MoveID("0198c0de-0000-7000-8000-00000000000a")!
    private static let starter = OperatorReference(
        id: UserID("0198c0de-0000-7000-8000-000000000001")!,
        email: EmailAddress("ada@hub.test")!
    )

    private func hold(_ tenant: DirectoryTenant, in directory: DirectoryFixture) async throws -> TenantRestoreHold {
        try await directory.store.hold(
            tenant,
            for: RestoreHoldTests.restore,
            to: "2025-12-22T14:30:00Z",
            by: "ada"
        )
    }

    @Test(
        "A tenant is held once, known by whom, and afterwards what it was, at the next epoch",
        arguments: [false, true]
    )
    func cycle(isSuspended: Bool) async throws {
        try await withDirectory { directory in
            var acme = try await directory.register("acme")
            if isSuspended {
                _ = try await directory.owner.query("UPDATE tenants SET state = 'suspended' WHERE id = \(acme.id)")
                acme = try await directory.store.tenant(acme.id)
            }
            try await directory.store.requireRestorable(acme.id)
            #expect(try await directory.store.restoreHold(of: acme.id) == nil)
            let hold = try await hold(acme, in: directory)
            #expect(hold.stateBefore == acme.state && hold.epoch == acme.epoch)
            #expect(try await directory.store.tenant(acme.id).state == .held)
            #expect(try await directory.store.restoreHold(of: acme.id) == hold)
            #expect(try await directory.store.tenantsHeldByRestores() == [acme.subdomain])
            let refusal = await expect(.conflict) { try await self.hold(acme, in: directory) }
            #expect(refusal?.message.contains("--settle") == true)
            for _ in 0..<2 { try await directory.store.release(hold, of: acme.id, restoredAs: "Acme as it was") }
            let after = try await directory.store.tenant(acme.id)
            #expect(after.state == acme.state && after.epoch == acme.epoch.next && after.name == "Acme as it was")
            #expect(try await directory.store.restoreHold(of: acme.id) == nil)
            let trail = try await directory.store.auditTrail(
                DirectoryAuditFilter(action: .restoreTenant),
                ListWindow(limit: 10)
            )
            #expect(trail.total == 2)
        }
    }

    @Test("A tenant that is moved, erased or gone elsewhere is not held")
    func refusals() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme", in: "eu")
            _ = try await directory.store.beginMove(
                of: acme.id,
                to: "us-1",
                wish: nil,
                MoveOptions(),
                by: RestoreHoldTests.starter,
                OperatorContext()
            )
            let moved = await expect(.conflict) { try await hold(acme, in: directory) }
            #expect(moved?.message.contains("hubctl move cancel") == true)
            let globex = try await directory.register("globex")
            _ = try await directory.owner.query("UPDATE tenants SET epoch = epoch + 1 WHERE id = \(globex.id)")
            await expect(.conflict) { try await hold(globex, in: directory) }
            _ = try await directory.store.beginErasure(of: globex.id, lease: .seconds(60), OperatorContext())
            await expect(.conflict) { try await directory.store.requireRestorable(globex.id) }
        }
    }
}
