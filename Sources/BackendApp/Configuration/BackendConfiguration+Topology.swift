import Credentials
import HubModel
import HubWeb
import Postgres
import Redis
package import Topology

extension BackendConfiguration {
    /// The configuration of one backend of a topology.
    ///
    /// - Parameter name: the backend's key in the topology.
    /// - Throws: `TopologyError`, `SecretError` or `StartupFailure`; each is one sentence for the operator.
    package init(name: String, topology: Topology, secrets: Secrets) throws {
        let backend = try topology.backend(named: name)
        guard let shard = topology.shard(backend.shard), let region = topology.region(shard.region) else {
            preconditionFailure("a topology is consistent: it has checked that shard and region exist")
        }
        let limits = topology.limits
        let session = DatabaseSession(process: backend.name, limits: limits)
        let shardPassword = try secrets.secret(.shardAppPassword(shard.id))
        func shardDatabase(_ endpoints: [Endpoint]) -> PostgresConfiguration {
            session.configuration(
                endpoints: endpoints,
                database: shard.database,
                role: "hub_app",
                password: shardPassword
            )
        }
        self.init(
            name: backend.name,
            shard: shard.id,
            region: region,
            listen: backend.listen,
            admin: backend.admin,
            baseDomain: topology.baseDomain,
            isSecure: topology.publicURL.isSecure,
            limits: limits,
            keyFile: "\(topology.stateDirectory)/\(backend.name).keys.json",
            timelineFile: "\(topology.stateDirectory)/\(backend.name).timeline",
            shardDatabase: shardDatabase(shard.endpoints),
            shardServers: shard.endpoints.count == 1
                ? []
                : shard.endpoints.map { endpoint in
                    var server = shardDatabase([endpoint])
                    server.targetSession = .any
                    return server
                },
            directoryDatabase: session.configuration(
                endpoints: topology.directory.endpoints,
                database: topology.directory.database,
                role: "hub_backend",
                password: try secrets.secret(.directoryBackendPassword)
            ),
            redis: RedisConfiguration(
                host: region.redis.host,
                port: region.redis.port,
                password: RedisPassword(try secrets.secret(.redisPassword(region.id)).text),
                clientName: backend.name.rawValue,
                connectionsPerReactor: limits.redisConnections
            ),
            routerSigningKey: try secrets.signingKey(),
            tokenKey: try secrets.tokenKey(.shardTokenKey(shard.id))
        )
        if let audit = region.audit {
            auditDatabase = session.configuration(
                endpoints: audit.endpoints,
                database: audit.database,
                role: "hub_app",
                password: try secrets.secret(.auditAppPassword(region.id))
            )
        }
    }
}
