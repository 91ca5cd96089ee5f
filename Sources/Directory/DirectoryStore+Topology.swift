import HubColumns
import HubModel
import Postgres

extension DirectoryStore {
    /// Makes regions, shards and backends what the topology says; when they are so already, not even a version is made.
    ///
    /// A shard's state is taken from the topology only when the shard is new: later it is the operators'.
    ///
    /// - Throws: `.inUse` when a shard that has tenants would be removed, or put into another region.
    package func apply(_ topology: DirectoryTopology) async throws(DirectoryError) -> TopologyChange {
        try await change { transaction in
            let answers = try await transaction.pipeline([
                RegionRecord.query,
                ShardRecord.query,
                BackendRecord.query,
                "SELECT DISTINCT shard FROM registrations WHERE state IN ('pending', 'undoing')",
            ])
            let backends = Dictionary(grouping: try answers[2].map(BackendRecord.init), by: \.shard)
            let shards = try answers[1].map { (row: PostgresRow) throws(PostgresError) in
                try ShardRecord(row, backends: backends)
            }
            let pending = Set(
                try answers[3].map { (row: PostgresRow) throws(PostgresError) in try row.decode(ShardID.self, at: 0) }
            )
            let change = try TopologyChange(
                from: try answers[0].map(RegionRecord.init),
                shards,
                pendingOn: pending.contains,
                to: topology
            )
            try await transaction.pipeline(change.statements(topology))
            return change
        }
    }
}

extension TopologyChange {
    /// Parents are written before their children and removed after them.
    fileprivate func statements(_ topology: DirectoryTopology) -> [PostgresQuery] {
        var statements: [PostgresQuery] = []
        let touchedRegions = Set(regions.added + regions.changed)
        for region in topology.regions where touchedRegions.contains(region.id.rawValue) {
            statements.append(
                """
                INSERT INTO regions (id, name) VALUES (\(region.id), \(region.name))
                ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name
                """
            )
        }
        let touchedShards = Set(shards.added + shards.changed)
        for shard in topology.shards where touchedShards.contains(shard.id.rawValue) {
            statements.append(
                """
                INSERT INTO shards (id, region, weight, state)
                VALUES (\(shard.id), \(shard.region), \(shard.weight), \(shard.initialState))
                ON CONFLICT (id) DO UPDATE SET region = EXCLUDED.region, weight = EXCLUDED.weight
                """
            )
        }
        if !backends.removed.isEmpty { statements.append("DELETE FROM backends WHERE name = ANY(\(backends.removed))") }
        let touchedBackends = Set(backends.added + backends.changed)
        for backend in topology.backends where touchedBackends.contains(backend.name.rawValue) {
            statements.append(backend.upsert)
        }
        if !shards.removed.isEmpty { statements.append("DELETE FROM shards WHERE id = ANY(\(shards.removed))") }
        if !regions.removed.isEmpty { statements.append("DELETE FROM regions WHERE id = ANY(\(regions.removed))") }
        return statements
    }
}

extension BackendRecord {
    fileprivate var upsert: PostgresQuery {
        """
        INSERT INTO backends (name, shard, host, port, adminHost, adminPort)
        VALUES (\(name), \(shard), \(host), \(port), \(adminHost), \(adminPort))
        ON CONFLICT (name) DO UPDATE SET shard = EXCLUDED.shard, host = EXCLUDED.host, port = EXCLUDED.port,
          adminHost = EXCLUDED.adminHost, adminPort = EXCLUDED.adminPort
        """
    }
}
