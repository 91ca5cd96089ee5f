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
    /// What its database holds and does; null when this control process cannot ask it.
    @Nullable package var load: ShardLoadView?

    package init(
        id: ShardID,
        region: RegionID,
        state: ShardState,
        weight: Int,
        tenants: Int,
        health: ShardHealth,
        backends: [BackendView],
        load: ShardLoadView?
    ) {
        self.id = id
        self.region = region
        self.state = state
        self.weight = weight
        self.tenants = tenants
        self.health = health
        self.backends = backends
        self.load = load
    }
}

/// What a shard's database holds and does, by its server's own counts.
package struct ShardLoadView: Codable, Hashable, Sendable {
    /// Of all tables, as far as the server's statistics know.
    package let rows: Int64
    /// On disk, indices and all.
    package let bytes: Int64
    /// Connections that are open, and how many of them run a statement at this moment.
    package let sessions: Int
    package let activeSessions: Int
    /// Transactions that ended since the server's counts began: two looks tell the rate.
    package let transactions: Int64

    package init(rows: Int64, bytes: Int64, sessions: Int, activeSessions: Int, transactions: Int64) {
        self.rows = rows
        self.bytes = bytes
        self.sessions = sessions
        self.activeSessions = activeSessions
        self.transactions = transactions
    }
}
