package import HubModel

/// A shard as super admins see it.
package struct ShardView: Codable, Hashable, Sendable {
    package let id: ShardID
    package let region: RegionID
    package let state: ShardState
    /// Its share of new tenants, relative to the other open shards of its region.
    package let weight: Int
    package let tenants: Int
    package let health: ShardHealth
    package let backends: [BackendView]

    package init(
        id: ShardID,
        region: RegionID,
        state: ShardState,
        weight: Int,
        tenants: Int,
        health: ShardHealth,
        backends: [BackendView]
    ) {
        self.id = id
        self.region = region
        self.state = state
        self.weight = weight
        self.tenants = tenants
        self.health = health
        self.backends = backends
    }
}
