import Directory
import HubTesting
import Migrations
import Postgres
import Testing

@Suite("What each role of the directory may do", .serialized)
struct RoleTests {
    @Test(
        "A role is refused what it does not need",
        arguments: [
            ("hub_router", "SELECT name FROM tenants"),
            ("hub_router", "SELECT * FROM users"),
            ("hub_router", "SELECT * FROM signing_keys"),
            ("hub_router", "SELECT * FROM registrations"),
            ("hub_router", "UPDATE tenants SET state = 'active'"),
            ("hub_router", "INSERT INTO regions VALUES ('x', 'X')"),
            ("hub_backend", "SELECT id FROM tenants"),
            ("hub_backend", "SELECT * FROM shards"),
            ("hub_backend", "SELECT * FROM users"),
            ("hub_backend", "DELETE FROM signing_keys"),
            ("hub_control", "UPDATE audit_logs SET action = 'x'"),
            ("hub_control", "DELETE FROM audit_logs"),
            (
                "hub_control",
                "INSERT INTO audit_logs (id, action, entityType, timestamp) VALUES (gen_random_uuid(), 'X', 'x', now())"
            ),
            ("hub_control", "TRUNCATE tenants"),
            ("hub_control", "UPDATE directory_version SET version = 0"),
            ("hub_control", "DELETE FROM reserved_subdomains"),
            ("hub_control", "UPDATE shard_loads SET tenants = 0"),
            ("hub_control", "UPDATE tenants SET version = 0"),
            ("hub_control", "DELETE FROM registrations"),
            ("hub_control", "ALTER TABLE tenants DISABLE TRIGGER ALL"),
            ("hub_control", "CREATE TABLE mine (id int)"),
        ]
    )
    func refused(role: String, sql: String) async throws {
        try await withDirectory { directory in
            try await PostgresPool.withPool(directory.configuration(of: role)) { pool in
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query(PostgresQuery(unsafeSQL: sql))
                }
                #expect(error?.sqlState == "42501")
            }
        }
    }

    @Test("A router reads all that its feed needs, a backend the keys, and both the schema's version")
    func allowed() async throws {
        try await withDirectory { directory in
            try await directory.register("acme")
            try await directory.store.publishKey(id: "k", issuer: "us-1", publicKey: "p")
            let router = try await PostgresPool.withPool(directory.configuration(of: "hub_router")) { pool in
                try await pool.transact(
                    TransactionOptions(isolation: .repeatableRead, isReadOnly: true),
                    [
                        "SELECT version, topologyVersion FROM directory_version",
                        "SELECT id, region, state FROM shards",
                        "SELECT name, shard, host, port FROM backends",
                        "SELECT id, subdomain, shard, epoch, state FROM tenants WHERE version > 0",
                        "SELECT subdomain, tenantId FROM reserved_subdomains WHERE version > 0",
                        "SELECT version, name, checksum FROM schema_migrations",
                    ]
                ).map(\.count)
            }
            #expect(router == [1, 3, 3, 1, 0, DirectorySchema.schema.version])
            let keys = try await PostgresPool.withPool(directory.configuration(of: "hub_backend")) { pool in
                try await DirectoryStore(pool: pool).signingKeys()
            }
            #expect(keys.map(\.id) == ["k"])
        }
    }
}
