import Foundation
import HubModel
import Postgres
import ShardStore
import Testing

@Suite("The audit trail", .serialized)
struct AuditTests {
    @Test("A creation is recorded with its values, its user and the client's address")
    func creation() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let project = try await shard.store.withWrite(tenant.context) {
                try await $0.projects.create(
                    NewProject(name: "He said \"hi\"", description: "a\nb", status: .inProgress)
                )
            }
            let row = try await shard.asApp(
                tenant.id,
                """
                SELECT userId, entityType, entityId, ipAddress, changes, timestamp = \(PostgresTimestamp(
                    microseconds: project.createdAt.microseconds)) AS same
                FROM audit_logs WHERE action = 'CREATE_PROJECT'
                """
            ).single()
            #expect(try row.decode(UUID.self, "userId") == tenant.admin.uuid)
            #expect(try row.decode(String.self, "entityType") == "project")
            #expect(try row.decode(UUID.self, "entityId") == project.id.uuid)
            #expect(try row.decode(String.self, "ipAddress") == "192.0.2.1")
            #expect(try row.decode(Bool.self, "same"))
            let changes = try JSONSerialization.jsonObject(
                with: Data(row.decode(PostgresJSON.self, "changes").text.utf8)
            )
            #expect(
                changes as? [String: [String: String]]
                    == ["after": ["name": "He said \"hi\"", "description": "a\nb", "status": "in-progress"]]
            )
        }
    }

    @Test("An entry of one's own is written in the transaction of the change it records")
    func append() async throws {
        struct Renamed: Encodable { let name: String }
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            try await shard.store.withWrite(tenant.context) { transaction in
                let changes = AuditChanges.updated(from: Renamed(name: "a"), to: Renamed(name: "b"))
                try await transaction.audit.append(AuditEntry(.updateTenant, .tenant, tenant.id.uuid, changes: changes))
                try await transaction.audit.append(AuditEntry(.loginFailed, .user, nil))
            }
            let rows = try await shard.asApp(
                tenant.id,
                """
                SELECT changes->'before'->>'name' AS before, changes->'after'->>'name' AS after
                FROM audit_logs WHERE action IN ('UPDATE_TENANT', 'LOGIN_FAILED') ORDER BY action
                """
            )
            #expect(try rows.map { try $0.decode(String?.self, "before") } == [nil, "a"])
            #expect(try rows.map { try $0.decode(String?.self, "after") } == [nil, "b"])
        }
    }

    @Test("Neither the user's name nor a password's hash gets into it")
    func secrets() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let new = NewUser(
                email: EmailAddress("u@acme.com")!,
                fullName: "U",
                passwordHash: "$2b$secret",
                role: .user
            )
            _ = try await shard.store.withWrite(tenant.context) { try await $0.users.create(new) }
            let found = try await shard.asApp(
                tenant.id,
                "SELECT FROM audit_logs WHERE changes::text LIKE '%secret%' OR changes::text LIKE '%hash%'"
            )
            #expect(found.isEmpty)
        }
    }

    @Test("The application's role can change, remove, empty or backdate nothing of it")
    func immutability() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            for query: PostgresQuery in [
                "UPDATE audit_logs SET action = 'X'",
                "UPDATE audit_logs SET userId = NULL",
                "DELETE FROM audit_logs",
                "TRUNCATE audit_logs",
                "INSERT INTO audit_logs (tenantId, action, entityType, timestamp) VALUES (\(tenant.id), 'X', 'x', now())",
            ] {
                await expectRefusal("42501") { try await shard.asApp(tenant.id, query) }
            }
            #expect(try await shard.count("audit_logs", of: tenant.id) == 2)
        }
    }

    @Test("Each month has a partition, made ahead once, by however many backends ask at a time")
    func partitions() async throws {
        try await withShard { shard in
            let store = shard.store
            #expect(try await store.prepareAuditPartitions(monthsAhead: 3) == 0)
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await store.prepareAuditPartitions(monthsAhead: 12) } }
                return try await group.reduce(0, +)
            }
            #expect(made == 9)
        }
    }

    @Test("An entry of a month without a partition is kept, and goes to its partition when that is made")
    func defaultPartition() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let insert: PostgresQuery =
                "INSERT INTO audit_logs (tenantId, action, entityType, timestamp) VALUES (\(tenant.id), 'X', 'x', '1999-12-31T23:00Z')"
            _ = try await shard.owner.query(insert)
            func partition() async throws -> String {
                try await shard.owner.query("SELECT tableoid::regclass::text FROM audit_logs WHERE action = 'X'")
                    .single().decode(String.self, at: 0)
            }
            #expect(try await partition() == "audit_logs_default")
            _ = try await shard.app.query("SELECT hub_create_audit_partitions('1999-12-01Z', '1999-12-01Z')")
            #expect(try await partition() == "audit_logs_1999_12")
            #expect(try await shard.asApp(tenant.id, "SELECT FROM audit_logs WHERE action = 'X'").count == 1)
            await expectRefusal("42501") { try await shard.asApp(tenant.id, "SELECT * FROM audit_logs_1999_12") }
        }
    }
}
