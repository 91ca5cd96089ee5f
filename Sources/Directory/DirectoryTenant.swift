import HubColumns
package import HubModel
import Postgres

/// A row of `tenants`: where a tenant is and whether it is served.
package struct DirectoryTenant: Hashable, Sendable {
    package let id: TenantID
    package let subdomain: Subdomain
    package let name: String
    package let shard: ShardID
    package let region: RegionID
    package let epoch: Epoch
    package let state: TenantState
    /// The directory's version that last changed this row.
    package let version: Int64
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

extension DirectoryTenant {
    init(_ row: PostgresRow) throws(PostgresError) {
        (id, subdomain, name, shard, region, epoch, state, version, createdAt, updatedAt) = try row.decode(
            (
                TenantID.self, Subdomain.self, String.self, ShardID.self, RegionID.self, Epoch.self, TenantState.self,
                Int64.self, Timestamp.self, Timestamp.self
            )
        )
    }

    /// The tenants under a condition on `t` (tenants) and `s` (their shards).
    static func query(where condition: PostgresQuery) -> PostgresQuery {
        """
        SELECT t.id, t.subdomain, t.name, t.shard, s.region, t.epoch, t.state, t.version, t.createdAt, t.updatedAt
        FROM tenants AS t JOIN shards AS s ON s.id = t.shard WHERE \(fragment: condition)
        """
    }
}
