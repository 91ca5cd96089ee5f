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
        // Work on behalf of operators may take long.
        func administration(_ endpoints: [Endpoint], _ database: String, _ password: Secret) -> PostgresConfiguration {
            var database = DatabaseSession(process: process.name, limits: topology.limits).configuration(
                endpoints: endpoints,
                database: database,
                role: "hub_admin",
                password: password
            )
            database.statementTimeout = nil
            database.queryTimeout = .seconds(600)
            return database
        }
        for shard in topology.shards {
            shardRegions[shard.id] = shard.region
            // Whoever moves no tenants needs no administrator's password here.
            if let password = try? secrets.secret(.shardAdminPassword(shard.id)) {
                shardDatabases[shard.id] = administration(shard.endpoints, shard.database, password)
            }
        }
        for region in topology.regions {
            // Nor does who keeps no audit store.
            if let audit = region.audit, let password = try? secrets.secret(.auditAdminPassword(region.id)) {
                auditDatabases[region.id] = administration(audit.endpoints, audit.database, password)
            }
        }
    }
}
