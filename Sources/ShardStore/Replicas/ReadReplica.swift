package import Postgres

/// A server that may be a replica of the shard's primary.
package struct ReadReplica: Sendable {
    /// Its endpoint, for logs and metrics.
    package let name: String
    package let pool: PostgresPool
    /// How much of the pool one tenant may use at once; nil for all of it.
    let shares: TenantShares?

    /// - Parameter pool: connections to this server alone that log in as `hub_app`.
    package init(name: String, pool: PostgresPool, shares: TenantShares? = nil) {
        self.name = name
        self.pool = pool
        self.shares = shares
    }
}
