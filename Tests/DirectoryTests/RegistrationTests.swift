import Directory
import HubModel
import Postgres
import Testing

@Suite("Sign-up", .serialized)
struct RegistrationTests {
    private let acme = Subdomain("acme")!

    private func begin(
        _ directory: DirectoryFixture,
        _ subdomain: String = "acme",
        region: RegionID = "us",
        lease: Duration = .seconds(60)
    ) async throws -> TenantRegistration {
        try await directory.store.beginRegistration(
            of: Subdomain(subdomain)!,
            name: "Acme Inc.",
            in: region,
            lease: lease
        )
    }

    @Test("A finished sign-up is a tenant at the first epoch, in a new version, with its audit entry; twice is once")
    func finish() async throws {
        try await withDirectory { directory in
            let registration = try await begin(directory)
            await expect(.notFound(.tenant)) { try await directory.store.tenant(acme) }
            let before = try await directory.version()
            let context = OperatorContext(clientAddress: "192.0.2.1")
            let tenant = try await directory.store.finishRegistration(registration.id, context)
            #expect(tenant.id == registration.tenant && tenant.shard == registration.shard)
            #expect(tenant.name == "Acme Inc." && tenant.epoch == .first && tenant.state == .active)
            #expect(tenant.region == "us" && tenant.version == before + 1)
            #expect(try await directory.store.finishRegistration(registration.id, context) == tenant)
            let trail = try await directory.store.auditTrail(
                DirectoryAuditFilter(tenant: tenant.id),
                ListWindow(limit: 10)
            )
            #expect(trail.items.map(\.action) == ["CREATE_TENANT"])
            #expect(trail.items[0].clientAddress == "192.0.2.1")
        }
    }

    @Test("A name that is taken, being signed up or the system's is refused")
    func names() async throws {
        try await withDirectory { directory in
            try await directory.register("taken")
            _ = try await begin(directory, "pending")
            await expect(.taken) { try await begin(directory, "taken") }
            await expect(.taken) { try await begin(directory, "pending") }
            await expect(.reserved) { try await begin(directory, "admin") }
            await expect(.reserved) { try await begin(directory, "canary-us-1-a") }
            await expect(.notFound(.region)) { try await begin(directory, region: "nowhere") }
        }
    }

    @Test("A chosen shard is taken, if it is one of the region that is open; a canary has its name for the asking")
    func chosenShard() async throws {
        try await withDirectory { directory in
            func begin(_ name: String, on shard: ShardID) async throws -> ShardID {
                try await directory.store.beginRegistration(
                    of: Subdomain(name)!,
                    name: "Canary",
                    in: "us",
                    on: shard,
                    isCanary: true,
                    lease: .seconds(60)
                ).shard
            }
            for shard: ShardID in ["us-1", "us-2"] {
                for letter in ["a", "b"] {
                    let taken = try await begin("canary-\(shard)-\(letter)", on: shard)
                    #expect(taken == shard)
                }
            }
            await expect(.notFound(.shard)) { try await begin("canary-eu-1-a", on: "eu-1") }
            _ = try await directory.store.setState(of: "us-2", to: .closed, OperatorContext())
            await expect(.conflict) { try await begin("canary-us-2-c", on: "us-2") }
            await expect(.reserved) { try await begin("admin", on: "us-1") }
        }
    }

    @Test("Of fifty who want one name at once, one gets it")
    func race() async throws {
        try await withDirectory { directory in
            let store = directory.store
            let outcomes = await withTaskGroup(of: DirectoryError.Code?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do throws(DirectoryError) {
                            let begun = try await store.beginRegistration(
                                of: Subdomain("acme")!,
                                name: "A",
                                in: "us",
                                lease: .seconds(60)
                            )
                            _ = try await store.finishRegistration(begun.id, OperatorContext())
                            return nil
                        } catch {
                            return error.code
                        }
                    }
                }
                return await group.reduce(into: [DirectoryError.Code?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .taken } == 49)
        }
    }

    @Test("New tenants go to the region's open shards by weight, sign-ups under way included")
    func placement() async throws {
        try await withDirectory { directory in
            var counts: [ShardID: Int] = [:]
            for number in 0..<9 {
                counts[try await begin(directory, "pending-\(number)").shard, default: 0] += 1
            }
            #expect(counts == ["us-1": 3, "us-2": 6])
            try await directory.store.setState(of: "us-2", to: .draining, OperatorContext())
            #expect(try await begin(directory, "next").shard == "us-1")
            try await directory.store.setState(of: "us-1", to: .closed, OperatorContext())
            await expect(.noOpenShard) { try await begin(directory, "last") }
        }
    }

    @Test("A sign-up whose lease ran out is claimed once, cannot finish, and once undone gives its name back")
    func expiry() async throws {
        try await withDirectory { directory in
            let store = directory.store
            let lost = try await begin(directory, lease: .seconds(-1))
            let held = try await begin(directory, "held")
            let claimed = try await withThrowingTaskGroup(of: [TenantRegistration].self) { group in
                for _ in 0..<8 {
                    group.addTask { try await store.claimExpiredRegistrations(limit: 10, lease: .seconds(60)) }
                }
                return try await group.reduce([], +)
            }
            #expect(claimed.map(\.id) == [lost.id])
            #expect(claimed[0].leaseUntil > lost.leaseUntil)
            await expect(.conflict) { try await store.finishRegistration(lost.id, OperatorContext()) }
            await expect(.taken) { try await begin(directory) }
            try await store.undoRegistration(lost.id, reason: "expired")
            try await store.undoRegistration(lost.id, reason: "expired")
            let again = try await begin(directory)
            #expect(again.tenant != lost.tenant)
            #expect(try await store.finishRegistration(held.id, OperatorContext()).subdomain.rawValue == "held")
            await expect(.conflict) { try await store.undoRegistration(held.id, reason: "no") }
            await expect(.notFound(.registration)) {
                try await store.finishRegistration(RegistrationID.make(at: .init(microseconds: 0)), OperatorContext())
            }
        }
    }

    @Test("A janitor that dies is followed by another once its own lease has run out")
    func deadJanitor() async throws {
        try await withDirectory { directory in
            let lost = try await begin(directory, lease: .seconds(-1))
            #expect(try await directory.store.claimExpiredRegistrations(limit: 1, lease: .seconds(-1)).count == 1)
            #expect(
                try await directory.store.claimExpiredRegistrations(limit: 1, lease: .seconds(60)).map(\.id) == [
                    lost.id
                ]
            )
            #expect(try await directory.store.claimExpiredRegistrations(limit: 1, lease: .seconds(60)).isEmpty)
        }
    }
}
