import AuditStore
import Directory
import HubModel
import Migrations
import Postgres
import ShardStore
import Topology

/// One database of a deployment: where it is, what schema it has, and whose passwords its server keeps.
struct DatabaseTarget: Sendable {
    enum Kind: Sendable, Equatable {
        case directory
        case shard(ShardID)
        case audit(RegionID)
    }

    /// A login role and the secret that is its password.
    struct Role: Sendable {
        let name: String
        let password: SecretName
    }

    let kind: Kind
    let endpoints: [Endpoint]
    let database: String
    let schema: Schema
    /// The owner of the database; migrations and bootstrap run as it.
    let administrator: Role
    /// The roles of the hub's processes, which get their passwords from the secrets.
    let roles: [Role]
    /// The topology file, for messages.
    let file: String

    static func directory(of topology: Topology) -> DatabaseTarget {
        DatabaseTarget(
            kind: .directory,
            endpoints: topology.directory.endpoints,
            database: topology.directory.database,
            schema: DirectorySchema.schema,
            administrator: Role(name: "hub_admin", password: .directoryAdminPassword),
            roles: [
                Role(name: "hub_router", password: .directoryRouterPassword),
                Role(name: "hub_control", password: .directoryControlPassword),
                Role(name: "hub_backend", password: .directoryBackendPassword),
            ],
            file: topology.file
        )
    }

    static func shard(_ shard: ShardDescription, of topology: Topology) -> DatabaseTarget {
        DatabaseTarget(
            kind: .shard(shard.id),
            endpoints: shard.endpoints,
            database: shard.database,
            schema: ShardSchema.schema,
            administrator: Role(name: "hub_admin", password: .shardAdminPassword(shard.id)),
            roles: [Role(name: "hub_app", password: .shardAppPassword(shard.id))],
            file: topology.file
        )
    }

    /// - Returns: nil for a region without an audit store.
    static func audit(_ region: RegionDescription, of topology: Topology) -> DatabaseTarget? {
        region.audit.map { store in
            DatabaseTarget(
                kind: .audit(region.id),
                endpoints: store.endpoints,
                database: store.database,
                schema: AuditSchema.schema,
                administrator: Role(name: "hub_admin", password: .auditAdminPassword(region.id)),
                roles: [Role(name: "hub_app", password: .auditAppPassword(region.id))],
                file: topology.file
            )
        }
    }

    /// The directory, then every shard, then every audit store.
    static func all(of topology: Topology) -> [DatabaseTarget] {
        [directory(of: topology)] + topology.shards.map { shard($0, of: topology) }
            + topology.regions.compactMap { audit($0, of: topology) }
    }

    /// `directory`, the shard's name, or `audit-<region>`.
    var name: String {
        switch kind {
        case .directory: "directory"
        case .shard(let id): id.description
        case .audit(let region): "audit-\(region)"
        }
    }

    /// Where the topology file says where it is.
    var endpointsKey: String {
        switch kind {
        case .directory: "directory.endpoints"
        case .shard(let id): "shards.\(id).endpoints"
        case .audit(let region): "regions.\(region).audit.endpoints"
        }
    }

    /// The same, of which only one server counts.
    func at(_ endpoint: Endpoint) -> DatabaseTarget {
        DatabaseTarget(
            kind: kind,
            endpoints: [endpoint],
            database: database,
            schema: schema,
            administrator: administrator,
            roles: roles,
            file: file
        )
    }

    var address: String { endpoints.map(\.description).joined(separator: ", ") }

    /// How a role logs in.
    ///
    /// - Parameters:
    ///   - role: nil for the administrator.
    ///   - database: another database of the server than the target's own.
    ///   - endpoint: one server of several; without it the first that takes writes.
    func configuration(
        role: Role? = nil,
        secrets: Secrets,
        database: String? = nil,
        endpoint: Endpoint? = nil
    ) throws -> PostgresConfiguration {
        let role = role ?? administrator
        var configuration = PostgresConfiguration(
            hosts: (endpoint.map { [$0] } ?? endpoints).map { PostgresHost($0.host, $0.port) },
            database: database ?? self.database,
            user: role.name,
            password: PostgresPassword(try secrets.secret(role.password).text)
        )
        configuration.applicationName = "hubctl"
        configuration.targetSession = endpoint == nil ? .readWrite : .any
        if configuration.hosts.count > 1 { configuration.timelines = TimelineWatch() }
        return configuration
    }
}
