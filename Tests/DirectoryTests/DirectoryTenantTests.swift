import Directory
import HubModel
import Postgres
import Testing

@Suite("Tenants of the directory", .serialized)
struct DirectoryTenantTests {
    @Test("They are listed newest first, by region, shard, state and a part of the name")
    func list() async throws {
        try await withDirectory { directory in
            let store = directory.store
            let acme = try await directory.register("acme")
            let globex = try await directory.register("globex", in: "eu")
            let initech = try await directory.register("initech", in: "eu")
            _ = try await store.setState(of: globex.id, to: .suspended, OperatorContext())
            let all = [initech.id, globex.id, acme.id]
            for (filter, expected) in [
                (TenantFilter(), all),
                (TenantFilter(region: "eu"), [initech.id, globex.id]),
                (TenantFilter(shard: acme.shard), [acme.id]),
                (TenantFilter(state: .suspended), [globex.id]),
                (TenantFilter(search: "ITE"), [initech.id]),
                (TenantFilter(search: "e", region: "eu", state: .active), [initech.id]),
                (TenantFilter(search: "%"), []),
            ] {
                let found = try await store.tenants(filter, ListWindow(limit: 10))
                #expect(found.items.map(\.id) == expected)
                #expect(found.total == expected.count)
            }
            let second = try await store.tenants(TenantFilter(), ListWindow(limit: 1, offset: 1))
            #expect(second.items.map(\.id) == [globex.id] && second.total == 3)
            #expect(try await store.tenant(Subdomain("acme")!).id == acme.id)
            let named = try await store.tenants(named: [Subdomain("acme")!, Subdomain("nobody")!])
            #expect(named.map(\.id) == [acme.id])
        }
    }

    @Test("A walk over all or over a shard meets every tenant once, and knows how many there still are")
    func walk() async throws {
        try await withDirectory { directory in
            let store = directory.store
            var us: [TenantID] = []
            for number in 1...5 { us.append(try await directory.register("us-\(number)").id) }
            let eu = try await directory.register("far", in: "eu")
            let (first, rest) = try await store.tenants(after: nil, on: nil, limit: 4)
            #expect(first.map(\.id) == Array((us + [eu.id]).sorted()[..<4]) && rest == 2)
            _ = try await directory.owner.query("DELETE FROM tenants WHERE id = \(first[3].id.uuid)")
            let (second, none) = try await store.tenants(after: first[3].id, on: nil, limit: 4)
            #expect(second.map(\.id) == Array((us + [eu.id]).sorted()[4...]) && none == 0)
            #expect(try await store.tenants(after: nil, on: eu.shard, limit: 4).tenants.map(\.id) == [eu.id])
            #expect(try await store.tenants(after: eu.id, on: eu.shard, limit: 4).tenants == [])
            #expect(try await store.tenants([eu.id, first[3].id]).map(\.id) == [eu.id])
            #expect(try await store.tenants([]) == [])
        }
    }

    @Test("Suspending is a change with a version and an audit entry; suspending again is none")
    func suspension() async throws {
        try await withDirectory { directory in
            let tenant = try await directory.register("acme")
            let admin = try await directory.store.createSuperAdmin(
                email: EmailAddress("s@h.com")!,
                fullName: "S",
                passwordHash: "h",
                OperatorContext()
            )
            let context = OperatorContext(actor: admin.id, clientAddress: "192.0.2.9")
            let suspended = try await directory.store.setState(of: tenant.id, to: .suspended, context)
            #expect(suspended.state == .suspended && suspended.version == tenant.version + 1)
            #expect(try await directory.store.setState(of: tenant.id, to: .suspended, context) == suspended)
            let trail = try await directory.store.auditTrail(
                DirectoryAuditFilter(tenant: tenant.id),
                ListWindow(limit: 10)
            )
            #expect(trail.items.map(\.action) == ["UPDATE_TENANT", "CREATE_TENANT"])
            #expect(trail.items[0].user == admin.id)
            #expect(trail.items[0].changes == #"{"after": {"state": "suspended"}, "before": {"state": "active"}}"#)
            #expect(try await directory.store.setState(of: tenant.id, to: .active, context).state == .active)
        }
    }

    @Test(
        "A tenant that a cutover holds or that is being erased cannot be suspended or resumed",
        arguments: [TenantState.held, .deleting]
    )
    func illegalState(state: TenantState) async throws {
        try await withDirectory { directory in
            let tenant = try await directory.register("acme")
            await expect(.conflict) { try await directory.store.setState(of: tenant.id, to: state, OperatorContext()) }
            _ = try await directory.owner.query("UPDATE tenants SET state = \(state.rawValue)")
            await expect(.conflict) {
                try await directory.store.setState(of: tenant.id, to: .active, OperatorContext())
            }
            await expect(.notFound(.tenant)) {
                try await directory.store.setState(
                    of: TenantID.make(at: .init(microseconds: 0)),
                    to: .active,
                    OperatorContext()
                )
            }
        }
    }

    @Test("Shards count their tenants through imports, moves and deletions")
    func counts() async throws {
        try await withDirectory { directory in
            func counts() async throws -> [Int] { try await directory.store.shards().map(\.tenants) }
            let tenants = (0..<100).map { number in
                TenantImport(
                    id: TenantID.make(at: .init(microseconds: 0)),
                    subdomain: Subdomain("tenant-\(number)")!,
                    name: "T",
                    shard: number < 60 ? "eu-1" : "us-1"
                )
            }
            let before = try await directory.version()
            #expect(try await directory.store.importTenants(tenants) == 100)
            #expect(try await directory.version() == before + 1)
            #expect(try await directory.store.importTenants(Array(tenants[50...])) == 0)
            #expect(try await counts() == [60, 40, 0])
            _ = try await directory.owner.query(
                "UPDATE tenants SET shard = 'us-2', epoch = 2 WHERE subdomain IN ('tenant-1', 'tenant-2', 'tenant-99')"
            )
            _ = try await directory.owner.query("DELETE FROM tenants WHERE subdomain = 'tenant-3'")
            #expect(try await counts() == [57, 39, 3])
            // A name that was given up is left out of an import.
            let reserved = TenantImport(
                id: TenantID.make(at: .init(microseconds: 0)),
                subdomain: Subdomain("tenant-3")!,
                name: "T",
                shard: "us-1"
            )
            #expect(try await directory.store.importTenants([reserved]) == 0)
        }
    }
}
