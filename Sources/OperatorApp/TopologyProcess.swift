import HubModel
import Topology

/// One thing that runs in a deployment: a process of the hub, or a server it stands on.
struct TopologyProcess: Sendable {
    enum Kind: String, Encodable, Sendable {
        case router
        case control
        case backend
        case postgres
        case redis
    }

    /// What it is to the hub.
    enum Role: Sendable {
        /// A process, with the shard of a backend.
        case process(ShardID?)
        /// A server of this database; several databases may be on one.
        case database(DatabaseTarget)
        /// The cache of this region.
        case cache(RegionID)
    }

    let kind: Kind
    let name: String
    let role: Role
    let listen: Endpoint
    /// Where the others reach it.
    let advertise: Endpoint
    let admin: Endpoint?

    /// A process of the hub.
    init(_ kind: Kind, _ process: ProcessDescription, shard: ShardID? = nil) {
        self.kind = kind
        name = process.name.description
        role = .process(shard)
        listen = process.listen
        advertise = process.advertise
        admin = process.admin
    }

    /// A PostgreSQL server.
    init(_ name: String, of database: DatabaseTarget, at endpoint: Endpoint) {
        self.init(.postgres, name, .database(database), at: endpoint)
    }

    /// A Redis server.
    init(cacheOf region: RegionDescription) {
        self.init(.redis, "redis-\(region.id)", .cache(region.id), at: region.redis)
    }

    private init(_ kind: Kind, _ name: String, _ role: Role, at endpoint: Endpoint) {
        self.kind = kind
        self.name = name
        self.role = role
        listen = endpoint
        advertise = endpoint
        admin = nil
    }

    /// The shard of a backend, the database of a PostgreSQL server, the region of a Redis server.
    var detail: String? {
        switch role {
        case .process(let shard): shard?.description
        case .database(let target): target.database
        case .cache(let region): region.description
        }
    }

    /// Where another machine reaches what listens on every address of this one.
    var reachableAdmin: Endpoint? {
        admin.map { $0.isWildcard ? Endpoint(host: advertise.host, port: $0.port) : $0 }
    }
}

extension TopologyProcess: Encodable {
    private enum CodingKeys: String, CodingKey {
        case kind, name, listen, advertise, admin, detail
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
        try container.encode(listen, forKey: .listen)
        try container.encode(advertise, forKey: .advertise)
        try container.encode(admin, forKey: .admin)
        try container.encode(detail, forKey: .detail)
    }
}
