import HubModel
import ShardStore
import Testing

@Suite("A tenant's limits", .serialized)
struct LimitTests {
    @Test("Fifty parallel creations make exactly as many projects as the limit allows")
    func projects() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant(maxProjects: 17)
            let store = shard.store
            let refused = await outcomes {
                try await store.withWrite(tenant.context) {
                    _ = try await $0.projects.create(NewProject(name: "P"))
                }
            }
            #expect(refused == Array(repeating: .limitReached(.project, limit: 17, used: 17), count: 33))
            #expect(try await shard.count("projects", of: tenant.id) == 17)
            #expect(try await shard.count("audit_logs", of: tenant.id) == 2 + 17)
        }
    }

    @Test("Fifty parallel creations make exactly as many users as the limit allows")
    func users() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant(maxUsers: 5)
            let store = shard.store
            let refused = await outcomes {
                try await store.withWrite(tenant.context) {
                    let id = UserID.make(at: .init(microseconds: 0))
                    let email = EmailAddress("u\(id)@acme.com")!
                    _ = try await $0.users.create(
                        NewUser(id: id, email: email, fullName: "U", passwordHash: "h", role: .user)
                    )
                }
            }
            #expect(refused == Array(repeating: .limitReached(.user, limit: 5, used: 5), count: 46))
            #expect(try await shard.count("users", of: tenant.id) == 5)
        }
    }

    @Test("One tenant's limit does not count another's projects")
    func separate() async throws {
        try await withShard { shard in
            for name in ["acme", "globex"] {
                let tenant = try await shard.makeTenant(name, maxProjects: 1)
                _ = try await shard.store.withWrite(tenant.context) {
                    try await $0.projects.create(NewProject(name: "P"))
                }
                await expect(.limitReached(.project, limit: 1, used: 1)) {
                    try await shard.store.withWrite(tenant.context) {
                        try await $0.projects.create(NewProject(name: "P"))
                    }
                }
            }
        }
    }

    /// Runs the body fifty times at once and gathers the codes of its errors.
    private func outcomes(_ body: @escaping @Sendable () async throws -> Void) async -> [ShardError.Code?] {
        await withTaskGroup(of: ShardError.Code??.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    do {
                        try await body()
                        return nil
                    } catch {
                        return .some((error as? ShardError)?.code)
                    }
                }
            }
            return await group.reduce(into: []) { codes, code in if let code { codes.append(code) } }
        }
    }
}
