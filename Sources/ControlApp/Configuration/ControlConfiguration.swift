package import Credentials
package import HubModel
package import Postgres
package import Throttling
package import Topology

/// Everything hub-control is told from outside.
package struct ControlConfiguration: Sendable {
    /// The process's key in the topology.
    package var name: ProcessName
    /// Where requests to the apex host arrive; port 0 takes a free one.
    package var listen: Endpoint
    /// Where health checks and metrics are asked for; port 0 takes a free one.
    package var admin: Endpoint
    /// The apex host, which is also the issuer and the audience of its tokens.
    package var baseDomain: String
    /// How people reach a host of the hub.
    package var publicURL: PublicURL
    package var limits: Limits

    /// The directory, as role `hub_control`.
    package var directoryDatabase: PostgresConfiguration
    /// The shards' databases, as role `hub_admin`; tenants of a shard that is not among them cannot be moved by this process.
    package var shardDatabases: [ShardID: PostgresConfiguration] = [:]
    /// The regions' audit stores, as role `hub_admin`; those that are not among them are not kept by this process.
    package var auditDatabases: [RegionID: PostgresConfiguration] = [:]
    /// The region of each shard.
    package var shardRegions: [ShardID: RegionID] = [:]
    /// All routers of the deployment, which tell what they held for moves.
    package var routers: [ProcessDescription] = []
    /// The key that routers and control sign their requests with.
    package var routerSigningKey: [UInt8]
    /// The key of super admins' tokens.
    package var tokenKey: SigningKeyPair

    /// The base-2 logarithm of bcrypt's rounds; tests use the least, 4.
    package var passwordCost = 12
    /// How sign-ups of one address are limited.
    package var signUpAllowance = TokenBucket.Rate(quota: 20, window: .seconds(600))
    /// How questions of one address after free names are limited.
    package var nameCheckAllowance = TokenBucket.Rate(quota: 120, window: .seconds(60))
    /// How sign-ups are timed.
    package var signUpTiming = SignUpTiming()
    /// How long one call that warms caches begins with further tenants.
    package var warmingBudget: Duration = .seconds(5)
    /// Where movers are to wait; tests only.
    package var moveFailpoints = MoveFailpoints.none
}

extension ControlConfiguration {
    package func url(of subdomain: Subdomain) -> String {
        publicURL.url(host: "\(subdomain).\(baseDomain)")
    }
}
