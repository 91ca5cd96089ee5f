import HubColumns
package import HubModel
import Postgres

/// A row of `shards`, with its load and the backends that serve it.
package struct ShardRecord: Sendable {
    package let id: ShardID
    package let region: RegionID
    package let state: ShardState
    /// Its share of new tenants, relative to the region's other shards.
    package let weight: Int
    package let tenants: Int
    /// In order of their names.
    package let backends: [BackendRecord]
}

extension ShardRecord {
    static let query: PostgresQuery = """
        SELECT s.id, s.region, s.state, s.weight, coalesce(l.tenants, 0)
        FROM shards AS s LEFT JOIN shard_loads AS l ON l.shard = s.id ORDER BY s.id
        """

    init(_ row: PostgresRow, backends: [ShardID: [BackendRecord]]) throws(PostgresError) {
        (id, region, state, weight, tenants) = try row.decode(
            (ShardID.self, RegionID.self, ShardState.self, Int.self, Int.self)
        )
        self.backends = backends[id] ?? []
    }
}
