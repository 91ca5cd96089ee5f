import HubModel
import HubTesting
import Postgres
import Testing

/// What the application's role is not able to do, whatever it is told.
@Suite("Isolation of tenants", .serialized)
struct IsolationTests {
    @Test("Without a tenant's context every table fails, on a fresh connection and on a used one")
    func noContext() async throws {
        try await withShard { shard in
            let acme = try await shard.makeTenant("acme")
            let tables = try await shard.owner.withUndone { try await TenantTable.all($0) }
            for table in tables where !table.isPartition {
                let query: PostgresQuery = "SELECT * FROM \(unescaped: table.name)"
                try await shard.app.withConnection { connection in
                    // The context of a transaction that has ended is an empty string, which is no UUID.
                    _ = try await connection.transact(
                        TransactionOptions(),
                        prologue: ["SELECT set_config('hub.tenant', \(acme.id)::text, true)"],
                        [query]
                    )
                    await expectRefusal("22P02") { try await connection.query(query) }
                }
                try await PostgresPool.withPool(shard.appConfiguration) { fresh in
                    _ = await expectRefusal("42704") { try await fresh.query(query) }
                }
            }
        }
    }

    @Test("The application's role cannot reach a partition, a lock of a table or the schema")
    func leastPrivilege() async throws {
        try await withShard { shard in
            let acme = try await shard.makeTenant("acme")
            for query: PostgresQuery in [
                "SELECT * FROM audit_logs_default",
                "TRUNCATE projects",
                "ALTER TABLE projects DISABLE ROW LEVEL SECURITY",
                "CREATE TABLE mine (id int)",
                "CREATE TEMPORARY TABLE mine (id int)",
                "UPDATE projects SET tenantId = gen_random_uuid()",
                "UPDATE tenant_ownership SET state = 'active'",
                "UPDATE schema_migrations SET version = 1",
                "SET ROLE hub_admin",
            ] {
                await expectRefusal("42501") { try await shard.asApp(acme.id, query.unprepared) }
            }
        }
    }
}
