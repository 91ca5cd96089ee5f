package import Credentials
package import HubModel
import Placement
package import Postgres
package import Redis
import ShardStore
package import TenantCache
package import Topology

/// Everything a backend is told from outside.
package struct BackendConfiguration: Sendable {
    /// The backend's key in the topology.
    package var name: ProcessName
    package var shard: ShardID
    package var region: RegionDescription
    /// Where tenants' requests arrive; port 0 takes a free one.
    package var listen: Endpoint
    /// Where health checks and metrics are asked for; port 0 takes a free one.
    package var admin: Endpoint
    /// The apex host, which is also the issuer of every token.
    package var baseDomain: String
    /// Whether people reach the hub by https.
    package var isSecure: Bool
    package var limits: Limits
    /// The file of the last good copy of the public keys.
    package var keyFile: String
    /// The file of the last good copy of the timeline that the shard's last failover began.
    package var timelineFile: String

    /// The shard's database, as role `hub_app`.
    package var shardDatabase: PostgresConfiguration
    /// Each of the shard's servers by itself, of which the replicas are read from; empty when there is only one.
    package var shardServers: [PostgresConfiguration] = []
    /// The directory, as role `hub_backend`.
    package var directoryDatabase: PostgresConfiguration
    /// The region's audit store, as role `hub_app`; nil where there is none.
    package var auditDatabase: PostgresConfiguration?
    package var redis: RedisConfiguration
    /// The key that routers and control sign their requests with.
    package var routerSigningKey: [UInt8]
    /// The key of the tokens this shard's backends issue.
    package var tokenKey: SigningKeyPair

    /// The base-2 logarithm of bcrypt's rounds; tests use the least, 4.
    package var passwordCost = 12
    /// How long anything waits for its tenant's share: longer than writes may hold theirs while the cache's gate closes.
    package var sharePatience: Duration = .seconds(4)
    /// How long the cache waits for Redis; a read goes to the database then, and a write has the gate closed.
    package var cacheTimeout: Duration = .milliseconds(250)
    /// Where tests have the process die or pause.
    package var failpoints = Failpoints.none
    /// How often the public keys are read from the directory.
    package var keyRefreshInterval: Duration = .seconds(5)
    /// How often it is written when sessions were last used.
    package var sessionUseInterval: Duration = .seconds(120)
}

extension BackendConfiguration {
    /// The region's Redis as the cache talks to it.
    var cacheRedis: RedisConfiguration {
        var redis = redis
        redis.commandTimeout = cacheTimeout
        redis.connectTimeout = cacheTimeout
        redis.clientName = "\(name)-cache"
        return redis
    }

    /// When reads leave a replica.
    var replicaSet: ReplicaSetStateMachine.Configuration {
        var configuration = ReplicaSetStateMachine.Configuration()
        configuration.maximumLag = .seconds(limits.replicaLagSeconds)
        return configuration
    }

    /// What one tenant may use at once, of the connections to the shard and of the backend as a whole.
    var tenantShares: TenantShares.Limits {
        let concurrent = max(1, limits.postgresConnections * limits.tenantSharePercent / 100)
        return TenantShares.Limits(
            concurrent: concurrent,
            contended: max(1, concurrent * 2 / 5),
            waiting: limits.tenantQueue,
            patience: sharePatience
        )
    }
}
