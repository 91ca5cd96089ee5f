import Directory
import HubModel
import HubTesting
import Migrations
import Postgres
import Testing

/// A directory's database of a test's own, with pools of each role.
struct DirectoryFixture {
    let owner: PostgresPool
    let control: PostgresPool
    let configuration: PostgresConfiguration

    var store: DirectoryStore { DirectoryStore(pool: control) }

    /// How a role logs in.
    func configuration(of role: String) -> PostgresConfiguration {
        var configuration = configuration
        configuration.user = role
        configuration.password = "role"
        return configuration
    }

    /// The directory's version.
    func version() async throws -> Int64 {
        try await owner.query("SELECT version FROM directory_version").single().decode(Int64.self, at: 0)
    }

    /// Signs a tenant up from beginning to end.
    @discardableResult
    func register(_ subdomain: String, in region: String = "us") async throws -> DirectoryTenant {
        let registration = try await store.beginRegistration(
            of: Subdomain(subdomain)!,
            name: subdomain,
            in: RegionID(region)!,
            lease: .seconds(60)
        )
        return try await store.finishRegistration(registration.id, OperatorContext())
    }
}

extension DirectoryTopology {
    /// Two regions; us has two shards of which the second has twice the weight.
    static let sample = DirectoryTopology(
        regions: [RegionRecord(id: "us", name: "United States"), RegionRecord(id: "eu", name: "Europe")],
        shards: [
            Shard(id: "us-1", region: "us", weight: 1, initialState: .open),
            Shard(id: "us-2", region: "us", weight: 2, initialState: .open),
            Shard(id: "eu-1", region: "eu", weight: 1, initialState: .open),
        ],
        backends: [
            .sample("backend-us-1", "us-1", 8001), .sample("backend-us-2", "us-2", 8002),
            .sample("backend-eu-1", "eu-1", 8003),
        ]
    )
}

extension BackendRecord {
    static func sample(_ name: ProcessName, _ shard: ShardID, _ port: Int) -> BackendRecord {
        BackendRecord(
            name: name,
            shard: shard,
            host: "127.0.0.1",
            port: port,
            adminHost: "127.0.0.1",
            adminPort: port + 100
        )
    }
}

/// Names in tests are literals.
extension Name: ExpressibleByStringLiteral, ExpressibleByExtendedGraphemeClusterLiteral,
    ExpressibleByUnicodeScalarLiteral
{
    public init(stringLiteral value: String) { self = Name(value)! }
}

/// Lends a migrated directory with the sample topology, of a cluster that all tests share.
func withDirectory(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (DirectoryFixture) async throws -> Void
) async throws {
    try await PostgresCluster.shared.withDatabase { configuration in
        try await PostgresPool.withPool(configuration) { owner in
            _ = try await Migrator(schema: DirectorySchema.schema).apply(owner)
            _ = try passwordOfRoles.get()
            var control = configuration
            control.user = "hub_control"
            control.password = "role"
            try await PostgresPool.withPool(control) { control in
                let fixture = DirectoryFixture(owner: owner, control: control, configuration: configuration)
                _ = try await fixture.store.apply(.sample)
                try await body(fixture)
            }
        }
    }
}

/// Roles are the cluster's: the first test that has migrated its database gives them their passwords, for all.
private let passwordOfRoles = Result {
    for role in ["hub_control", "hub_router", "hub_backend"] {
        try PostgresCluster.shared.run("ALTER ROLE \(role) PASSWORD 'role'")
    }
}

/// Expects a ``DirectoryError`` with this code.
@discardableResult
func expect(
    _ code: DirectoryError.Code,
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async -> DirectoryError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown, expected \(code)", sourceLocation: sourceLocation)
    } catch let error as DirectoryError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error) was thrown, expected \(code)", sourceLocation: sourceLocation)
    }
    return nil
}
