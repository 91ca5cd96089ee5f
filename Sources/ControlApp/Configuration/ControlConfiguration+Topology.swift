import Credentials
import HubModel
import HubWeb
import Postgres
package import Topology

extension ControlConfiguration {
    /// The configuration of one control process of a topology.
    ///
    /// - Parameter name: the process's key in the topology.
    /// - Throws: `TopologyError`, `SecretError` or `StartupFailure`; each is one sentence for the operator.
    package init(name: String, topology: Topology, secrets: Secrets) throws {
        let process = try topology.control(named: name)
        self.init(
            name: process.name,
            listen: process.listen,
            admin: process.admin,
            baseDomain: topology.baseDomain,
            publicURL: topology.publicURL,
            limits: topology.limits,
            directoryDatabase: DatabaseSession(process: process.name, limits: topology.limits).configuration(
                endpoints: topology.directory.endpoints,
                database: topology.directory.database,
                role: "hub_control",
                password: try secrets.secret(.directoryControlPassword)
            ),
            routerSigningKey: try secrets.signingKey(),
            tokenKey: try secrets.tokenKey(.controlTokenKey)
        )
        routers = topology.routers
        for shard in topology.shards {
            // Whoever moves no tenants needs no administrator's password here.
            guard let password = try? secrets.secret(.shardAdminPassword(shard.id)) else { continue }
            var database = DatabaseSession(process: process.name, limits: topology.limits).configuration(
                endpoints: shard.endpoints,
                database: shard.database,
                role: "hub_admin",
                password: password
            )
            database.statementTimeout = nil
            database.queryTimeout = .seconds(600)
            shardDatabases[shard.id] = database
        }
        shardRegions = Dictionary(uniqueKeysWithValues: topology.shards.map { ($0.id, $0.region) })
        for region in topology.regions {
            guard let audit = region.audit, let password = try? secrets.secret(.auditAdminPassword(region.id)) else {
                continue
            }
            var database = DatabaseSession(process: process.name, limits: topology.limits).configuration(
                endpoints: audit.endpoints,
                database: audit.database,
                role: "hub_admin",
                password: password
            )
            database.statementTimeout = nil
            database.queryTimeout = .seconds(600)
            auditDatabases[region.id] = database
        }
    }
}
