import Directory
import FoundationEssentials
import HubModel
import HubTesting
import Logging
import Migrations
import Placement
import Postgres
import Reactor
import Synchronization

/// A directory of a test's own, with two shards and a few tenants.
struct FeedDirectory: Sendable {
    let cluster: PostgresCluster
    let database: String

    static let routerPassword = "router of the tests"

    /// A server of the feed's tests alone, since they kill it; one test uses it at a time.
    private static let server = Result { try PostgresCluster.start() }

    /// Lends a migrated directory.
    static func with(tenants: Int = 3, _ body: @Sendable (FeedDirectory) async throws -> Void) async throws {
        let cluster = try server.get()
        try await cluster.withDatabase { configuration in
            let directory = FeedDirectory(cluster: cluster, database: configuration.database)
            try await directory.migrate()
            try directory.run(
                """
                ALTER ROLE hub_router PASSWORD '\(routerPassword)';
                INSERT INTO regions VALUES ('us', 'United States'), ('eu', 'Europe');
                INSERT INTO shards (id, region) VALUES ('us-1', 'us'), ('eu-1', 'eu');
                INSERT INTO backends VALUES ('backend-us-1', 'us-1', '127.0.0.1', 8082, '127.0.0.1', 8102);
                """
            )
            try directory.insert(0..<tenants)
            try await body(directory)
        }
    }

    /// Changes the directory by psql.
    @discardableResult
    func run(_ sql: String) throws -> String { try cluster.run(sql, database: database) }

    func insert(_ numbers: Range<Int>) throws {
        try run(
            """
            INSERT INTO tenants (id, subdomain, name, shard)
            SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'tenant-' || n, 'Tenant', 'us-1'
            FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound - 1)) AS n
            """
        )
    }

    /// How a router logs in.
    var configuration: PostgresConfiguration {
        var configuration = PostgresConfiguration(
            host: "127.0.0.1",
            port: cluster.port,
            database: database,
            user: "hub_router",
            password: PostgresPassword(FeedDirectory.routerPassword)
        )
        configuration.connectTimeout = .seconds(1)
        configuration.queryTimeout = .seconds(1)
        return configuration
    }

    // MARK: - Private

    private func migrate() async throws {
        let reactor = try Reactor()
        defer { reactor.shutdown() }
        let administrator = cluster.configuration(database: database)
        try await PostgresConnection.withConnection(administrator, on: reactor, logger: Logger(label: "test")) {
            connection in
            let pending = DirectorySchema.schema.migrations
            try await connection.script(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                  version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, appliedAt TIMESTAMPTZ DEFAULT now()
                )
                """
            )
            for migration in pending {
                try await connection.script(migration.sql)
                _ = try await connection.query(
                    """
                    INSERT INTO schema_migrations (version, name, checksum)
                    VALUES (\(migration.version), \(migration.name), \(migration.checksum))
                    """
                )
            }
            try await connection.script("GRANT SELECT ON schema_migrations TO hub_router")
        }
    }
}

/// A running feed and what it has published.
final class RunningFeed: Sendable {
    let feed: DirectoryFeed
    private let published: Published

    private final class Published: Sendable {
        let snapshots = Mutex<[DirectorySnapshot]>([])
    }

    init(_ configuration: PostgresConfiguration, reactor: Reactor, file: FeedSnapshotFile? = nil) {
        let published = Published()
        self.published = published
        feed = DirectoryFeed(
            configuration: configuration,
            reactor: reactor,
            file: file,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { snapshot in published.snapshots.withLock { $0.append(snapshot) } }
    }

    /// Lends a feed that runs.
    static func with(
        _ configuration: PostgresConfiguration,
        file: FeedSnapshotFile? = nil,
        _ body: (RunningFeed) async throws -> Void
    ) async throws {
        let reactor = try Reactor()
        defer { reactor.shutdown() }
        let running = RunningFeed(configuration, reactor: reactor, file: file)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await running.feed.run() }
            try await body(running)
            group.cancelAll()
        }
    }

    var snapshots: [DirectorySnapshot] { published.snapshots.withLock { $0 } }
    var last: DirectorySnapshot? { snapshots.last }

    func lookup(_ name: String) -> Lookup { last?.lookup(Subdomain(name)!) ?? .unknown }

    func state(of name: String) -> TenantState? {
        guard case .route(let route) = lookup(name) else { return nil }
        return route.state
    }
}

/// Lends the path of a file in a folder that does not exist yet.
func withSnapshotFile(_ body: (FeedSnapshotFile) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "feed-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(FeedSnapshotFile(path: "\(folder)/router/directory.snapshot"))
}
