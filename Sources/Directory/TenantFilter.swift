import HubColumns
package import HubModel
import Postgres

/// Which tenants are wanted; nil asks for any.
package struct TenantFilter: Sendable {
    /// A part of the name or the subdomain, in either case.
    package var search: String?
    package var region: RegionID?
    package var shard: ShardID?
    package var state: TenantState?

    package init(search: String? = nil, region: RegionID? = nil, shard: ShardID? = nil, state: TenantState? = nil) {
        self.search = search
        self.region = region
        self.shard = shard
        self.state = state
    }

    /// The condition on `t` (tenants) and `s` (their shards).
    var condition: PostgresQuery {
        var condition: PostgresQuery = "true"
        if let region { condition = "\(fragment: condition) AND s.region = \(region)" }
        if let shard { condition = "\(fragment: condition) AND t.shard = \(shard)" }
        if let state { condition = "\(fragment: condition) AND t.state = \(state)" }
        if let search {
            condition = """
                \(fragment: condition)
                AND (strpos(t.subdomain, lower(\(search))) > 0 OR strpos(lower(t.name), lower(\(search))) > 0)
                """
        }
        return condition
    }
}
