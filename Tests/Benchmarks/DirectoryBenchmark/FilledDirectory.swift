import Directory
import HubModel
import Migrations
import Postgres

/// A directory with that many tenants on three shards.
struct FilledDirectory {
    let store: DirectoryStore
    let names: [Subdomain]
    let identifiers: [TenantID]

    /// Migrates the database of a running pool and fills it.
    init(pool: PostgresPool, tenants: Int) async throws {
        let store = DirectoryStore(pool: pool)
        self.store = store
        let names = (0..<tenants).map(FilledDirectory.name)
        let identifiers = (0..<tenants).map { _ in TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_000)) }
        self.names = names
        self.identifiers = identifiers
        _ = try await Migrator(schema: DirectorySchema.schema).apply(pool)
        _ = try await store.apply(try FilledDirectory.topology())
        let shards = ["us-1", "eu-1", "apac-1"].compactMap { ShardID($0) }
        for start in stride(from: 0, to: tenants, by: 100_000) {
            let batch = (start..<min(start + 100_000, tenants)).map { index in
                TenantImport(
                    id: identifiers[index],
                    subdomain: names[index],
                    name: "Organisation \(index)",
                    shard: shards[index % shards.count]
                )
            }
            _ = try await store.importTenants(batch)
        }
        _ = try await pool.query("VACUUM ANALYZE tenants")
    }

    /// The bytes of all names together.
    var nameBytes: Int { names.reduce(0) { $0 + $1.rawValue.utf8.count } }

    // MARK: - Private

    /// Names of the lengths that people choose, none twice.
    private static func name(_ index: Int) -> Subdomain {
        let first = [
            "acme", "northwind", "globex", "initech", "umbrella", "stark", "wayne", "hooli", "vandelay", "soylent",
        ]
        let second = ["labs", "studio", "logistics", "media", "consulting", "foods", "games", "energy"]
        let text = "\(first[index % 10])-\(second[index / 10 % 8])-\(index / 80)"
        guard let name = Subdomain(text) else { fatalError("\(text) is no subdomain") }
        return name
    }

    private static func topology() throws -> DirectoryTopology {
        func name<Kind>(_ text: String) throws -> Name<Kind> {
            guard let name = Name<Kind>(text) else { throw BadName(text: text) }
            return name
        }
        let regions = ["us", "eu", "apac"]
        return DirectoryTopology(
            regions: try regions.map { RegionRecord(id: try name($0), name: $0) },
            shards: try regions.map {
                .init(id: try name("\($0)-1"), region: try name($0), weight: 1, initialState: .open)
            },
            backends: []
        )
    }

    struct BadName: Error {
        let text: String
    }
}
