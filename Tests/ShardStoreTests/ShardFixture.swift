import HubModel
import HubTesting
import Logging
import Migrations
import Postgres
import Testing

@testable import ShardStore

/// A shard's database of a test's own, with pools of the application and of the owner.
struct ShardFixture {
    let app: PostgresPool
    let owner: PostgresPool
    /// How the application logs in.
    let appConfiguration: PostgresConfiguration

    var store: ShardStore { ShardStore(pool: app) }

    func store(fencing: CacheFencing, patience: Duration = .seconds(10)) -> ShardStore {
        ShardStore(pool: app, fencing: fencing, patience: patience)
    }

    /// How many transactions wait for an advisory lock.
    func waitingForLock() async throws -> Int {
        try await owner.query(
            """
            SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND NOT granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        ).single().decode(Int.self, at: 0)
    }

    /// Creates a tenant with one administrator.
    func makeTenant(
        _ subdomain: String = "acme",
        maxUsers: Int = 5,
        maxProjects: Int = 3,
        epoch: Epoch = .first
    ) async throws -> TestTenant {
        let admin = NewUser(
            email: EmailAddress("admin@\(subdomain).com")!,
            fullName: "Ada Admin",
            passwordHash: "hash",
            role: .tenantAdmin
        )
        let context = TenantContext(
            tenant: .fresh(),
            epoch: epoch,
            actor: admin.id,
            clientAddress: "192.0.2.1",
            requestID: "test"
        )
        let new = NewTenant(
            subdomain: Subdomain(subdomain)!,
            name: subdomain,
            maxUsers: maxUsers,
            maxProjects: maxProjects,
            admin: admin
        )
        #expect(try await store.createTenant(new, context))
        return TestTenant(context: context, admin: admin.id, new: new)
    }

    /// Runs a statement as the application's role with a tenant's context, past the store.
    func asApp(_ tenant: TenantID?, _ query: PostgresQuery) async throws -> PostgresRows {
        let prologue: [PostgresQuery] = tenant.map { ["SELECT set_config('hub.tenant', \($0)::text, true)"] } ?? []
        return try await app.transact(TransactionOptions(), prologue: prologue, [query])[0]
    }

    /// How many rows of the tenant a table has, seen by the owner.
    func count(_ table: String, of tenant: TenantID) async throws -> Int {
        let column = table == "tenants" ? "id" : "tenantId"
        return try await owner.query(
            "SELECT count(*) FROM \(unescaped: table) WHERE \(unescaped: column) = \(tenant)"
        ).single().decode(Int.self, at: 0)
    }
}

struct TestTenant {
    let context: TenantContext
    let admin: UserID
    let new: NewTenant

    var id: TenantID { context.tenant }
}

/// Lends a migrated shard of a cluster that all tests share.
func withShard(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ShardFixture) async throws -> Void
) async throws {
    try await PostgresCluster.shared.withDatabase { configuration in
        try await PostgresPool.withPool(configuration) { owner in
            _ = try await Migrator(schema: ShardSchema.schema).apply(owner)
            _ = try passwordOfApp.get()
            var appConfiguration = configuration
            appConfiguration.user = "hub_app"
            appConfiguration.password = "app"
            try await PostgresPool.withPool(appConfiguration) { app in
                try await body(ShardFixture(app: app, owner: owner, appConfiguration: appConfiguration))
            }
        }
    }
}

/// A test that fails says what the driver said.
extension ShardError: CustomTestStringConvertible {
    package var testDescription: String { underlying.map { "\(description) (\($0))" } ?? description }
}

/// Roles are the cluster's: the first test that has migrated its database gives this one its password, for all.
private let passwordOfApp = Result { try PostgresCluster.shared.run("ALTER ROLE hub_app PASSWORD 'app'") }

/// Expects a ``ShardError`` with this code.
@discardableResult
func expect(
    _ code: ShardError.Code,
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async -> ShardError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown, expected \(code)", sourceLocation: sourceLocation)
        return nil
    } catch let error as ShardError {
        #expect(error.code == code, sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error) was thrown, expected \(code)", sourceLocation: sourceLocation)
        return nil
    }
}

/// Expects the server to refuse with this SQLSTATE.
func expectRefusal(
    _ sqlState: String,
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async {
    do {
        _ = try await body()
        Issue.record("nothing was thrown, expected \(sqlState)", sourceLocation: sourceLocation)
    } catch let error as PostgresError {
        #expect(error.sqlState == sqlState, "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error) was thrown, expected \(sqlState)", sourceLocation: sourceLocation)
    }
}
