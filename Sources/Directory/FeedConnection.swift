import HubColumns
import HubModel
import Placement
import Postgres

/// What a feed asks the directory's database, as role `hub_router`.
struct FeedConnection: Sendable {
    private let connection: PostgresConnection

    /// More changed rows than this are read as a whole.
    private static let changeLimit = 20_000

    init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// What has happened since a snapshot.
    enum Changes {
        case none
        /// The database is older than the snapshot.
        case older(Int64)
        case some(DirectoryChanges)
        case tooMany
    }

    func notifications() async throws(PostgresError) -> AsyncStream<PostgresNotification> {
        try await connection.listen("hub_directory")
    }

    /// - Throws: when the server is a standby, which cannot be listened to either.
    func lineage() async throws(PostgresError) -> FeedLineage {
        let query: PostgresQuery = """
            SELECT system_identifier::text, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) FROM pg_control_system()
            """
        let (system, timeline) = try await connection.query(query).single().decode((String.self, String.self))
        return FeedLineage(system: system, timeline: timeline)
    }

    /// Reads what changed since a snapshot, in one round trip when nothing did or tenants did.
    func changes(since snapshot: DirectorySnapshot) async throws -> Changes {
        let results = try await connection.transact(
            .oneSnapshot,
            [
                .version,
                """
                SELECT subdomain, tenantId FROM reserved_subdomains WHERE version > \(snapshot.version)
                LIMIT \(FeedConnection.changeLimit + 1)
                """,
                """
                SELECT id, subdomain, shard, epoch, state FROM tenants WHERE version > \(snapshot.version)
                LIMIT \(FeedConnection.changeLimit + 1)
                """,
            ]
        )
        let (version, topologyVersion) = try results[0].single().decode((Int64.self, Int64.self))
        guard version >= snapshot.version else { return .older(version) }
        guard version > snapshot.version else { return .none }
        guard results[1].count + results[2].count <= FeedConnection.changeLimit else { return .tooMany }
        // What is read after the version's own transaction may be newer: the next look sees it again.
        let shards = topologyVersion > snapshot.topologyVersion ? try await self.shards() : nil
        return .some(
            DirectoryChanges(
                version: version,
                topologyVersion: topologyVersion,
                shards: shards,
                formerNames: try FeedConnection.formerNames(results[1]),
                tenants: try results[2]
                    .decode((TenantID.self, Subdomain.self, ShardID.self, Epoch.self, TenantState.self))
                    .map { DirectoryChanges.Tenant(id: $0, name: $1, shard: $2, epoch: $3, state: $4) }
            )
        )
    }

    /// Reads the whole directory in one database snapshot.
    ///
    /// - Parameter count: about how many tenants there will be.
    func readAll(expecting count: Int) async throws -> DirectorySnapshot {
        try await connection.withTransaction(.oneSnapshot) { transaction in
            let results = try await transaction.pipeline([
                .version, .shards, .backends, "SELECT subdomain, tenantId FROM reserved_subdomains",
            ])
            let (version, topologyVersion) = try results[0].single().decode((Int64.self, Int64.self))
            var reader = FeedTenantReader(
                try SnapshotBuilder(
                    version: version,
                    topologyVersion: topologyVersion,
                    shards: try FeedConnection.shards(results[1], backends: results[2]),
                    formerNames: try FeedConnection.formerNames(results[3]),
                    capacity: count
                )
            )
            _ = try await transaction.copyOut("COPY (SELECT id, subdomain, shard, epoch, state FROM tenants) TO STDOUT")
            {
                try reader.read($0)
            }
            return reader.finish()
        }
    }

    // MARK: - Private

    private func shards() async throws -> [ShardPlacement] {
        let results = try await connection.transact(.oneSnapshot, [.shards, .backends])
        return try FeedConnection.shards(results[0], backends: results[1])
    }

    private static func shards(
        _ shards: PostgresRows,
        backends: PostgresRows
    ) throws(PostgresError) -> [ShardPlacement] {
        var backendsOfShard: [ShardID: [BackendAddress]] = [:]
        for (name, shard, host, port) in try backends.decode((ProcessName.self, ShardID.self, String.self, Int.self)) {
            backendsOfShard[shard, default: []].append(BackendAddress(name: name, host: host, port: port))
        }
        return try shards.decode((ShardID.self, RegionID.self, ShardState.self)).map { id, region, state in
            ShardPlacement(id: id, region: region, state: state, backends: backendsOfShard[id] ?? [])
        }
    }

    private static func formerNames(_ rows: PostgresRows) throws(PostgresError) -> [DirectoryChanges.FormerName] {
        try rows.decode((Subdomain.self, TenantID?.self)).map { DirectoryChanges.FormerName(name: $0, tenant: $1) }
    }
}

extension TransactionOptions {
    fileprivate static let oneSnapshot = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
}

extension PostgresQuery {
    fileprivate static let version: PostgresQuery = "SELECT version, topologyVersion FROM directory_version"
    fileprivate static let shards: PostgresQuery = "SELECT id, region, state FROM shards ORDER BY id"
    fileprivate static let backends: PostgresQuery =
        "SELECT name, shard, host, port::bigint FROM backends ORDER BY name"
}
