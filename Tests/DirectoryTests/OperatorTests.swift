import Directory
import HubModel
import Postgres
import Testing

@Suite("The control plane's people and keys", .serialized)
struct OperatorTests {
    private let email = EmailAddress("superadmin@system.com")!

    private func admin(_ directory: DirectoryFixture) async throws -> SuperAdmin {
        try await directory.store.createSuperAdmin(
            email: email,
            fullName: "Super",
            passwordHash: "hash",
            OperatorContext()
        )
    }

    @Test("A super admin's email is unique, although no tenant tells them apart")
    func uniqueEmail() async throws {
        try await withDirectory { directory in
            let created = try await admin(directory)
            await expect(.duplicate(field: "email")) { try await admin(directory) }
            #expect(try await directory.store.superAdmin(email: email)?.id == created.id)
            #expect(try await directory.store.superAdmin(email: EmailAddress("x@y.zz")!) == nil)
            for values in [
                "(gen_random_uuid(), 'a@b.cd', 'A', 'h', 'tenant_admin')",
                "(gen_random_uuid(), 'a@b.cd', 'A', 'h', 'user')",
            ] {
                let insert: PostgresQuery =
                    "INSERT INTO users (id, email, fullName, passwordHash, role) VALUES \(unescaped: values)"
                let error = await #expect(throws: PostgresError.self) { try await directory.owner.query(insert) }
                #expect(error?.isCheckViolation == true)
            }
        }
    }

    @Test("A session lasts until it ends, expires, or the password changes")
    func sessions() async throws {
        try await withDirectory { directory in
            let store = directory.store
            let admin = try await admin(directory)
            let context = OperatorContext(actor: admin.id, clientAddress: "192.0.2.5")
            let session = try await store.createSession(for: admin.id, lifetime: .seconds(60), context)
            #expect(session.clientAddress == "192.0.2.5" && session.expiresAt - session.createdAt == .seconds(60))
            #expect(try await store.superAdmin(of: session.id)?.id == admin.id)
            #expect(try await store.deleteSession(session.id, context))
            #expect(try await store.deleteSession(session.id, context) == false)
            #expect(try await store.superAdmin(of: session.id) == nil)
            let next = try await store.createSession(for: admin.id, lifetime: .seconds(60), context)
            _ = try await directory.owner.query(
                "UPDATE sessions SET createdAt = now() - interval '2 h', expiresAt = now() - interval '1 h'"
            )
            #expect(try await store.superAdmin(of: next.id) == nil)
            let last = try await store.createSession(for: admin.id, lifetime: .seconds(60), context)
            #expect(try await directory.owner.query("SELECT FROM sessions").count == 1)
            try await store.setPasswordHash(of: admin.id, to: "new", context)
            #expect(try await store.superAdmin(of: last.id) == nil)
            #expect(try await store.superAdmin(email: email)?.passwordHash == "new")
            let actions = try await store.auditTrail(DirectoryAuditFilter(), ListWindow(limit: 20)).items.map(\.action)
            #expect(actions == ["UPDATE_USER", "LOGIN", "LOGIN", "LOGOUT", "LOGIN", "CREATE_USER"])
            await expect(.notFound(.user)) {
                try await store.createSession(
                    for: UserID.make(at: .init(microseconds: 0)),
                    lifetime: .seconds(60),
                    OperatorContext()
                )
            }
        }
    }

    @Test("A key is published once, retires, and is forgotten later; another key never takes its id")
    func keys() async throws {
        try await withDirectory { directory in
            let store = directory.store
            #expect(try await store.publishKey(id: "k1", issuer: "us-1", publicKey: "one"))
            let version = try await directory.version()
            #expect(try await store.publishKey(id: "k1", issuer: "us-1", publicKey: "one") == false)
            #expect(try await directory.version() == version)
            await expect(.conflict) { try await store.publishKey(id: "k1", issuer: "us-1", publicKey: "two") }
            try await store.retireKey("k1")
            await expect(.notFound(.signingKey)) { try await store.retireKey("k2") }
            #expect(try await store.signingKeys().map { $0.retiredAt != nil } == [true])
            #expect(try await store.removeKeys(retiredFor: .seconds(60)) == 0)
            #expect(try await store.removeKeys(retiredFor: .seconds(-1)) == 1)
            #expect(try await store.signingKeys().isEmpty)
        }
    }
}
