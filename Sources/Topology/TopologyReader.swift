import HubModel
import Yams

/// Turns the mappings of a file into a ``Topology``, each part checked against the parts before it.
struct TopologyReader {
    private let root: TopologySection
    private let endpoint: ScalarRule<Endpoint>
    private let endpointIfAny: ScalarRule<Endpoint?>
    private let publicURL: ScalarRule<PublicURL>

    static let keys = [
        "baseDomain", "publicURL", "portBase", "stateDirectory", "directory", "regions", "shards", "routers",
        "controls",
        "backends", "limits", "backups",
    ]

    init(_ node: Node, file: String, environment: [String: String]) throws(TopologyError) {
        let variables = VariableSubstitution(environment: environment)
        root = try TopologySection(
            node,
            file: file,
            path: "",
            line: nil,
            keys: TopologyReader.keys,
            variables: variables
        )
        // Every other port may be told relative to this one. The offsets need room above it.
        let portBase = try root.optional("portBase", .whole(1...65_000))
        endpoint = .endpoint(portBase: portBase)
        endpointIfAny = .endpointIfAny(portBase: portBase)
        publicURL = .publicURL(portBase: portBase)
    }

    func read() throws(TopologyError) -> Topology {
        var claims = EndpointClaims()
        let directory = try readDirectory(&claims)
        let regions = try readRegions(&claims)
        let shards = try readShards(regions: regions, directory: directory, &claims)
        let publicURL = try root.required("publicURL", publicURL)
        let routers = try readRouters(publicURL: publicURL, &claims)
        let controls = try readProcesses("controls", &claims)
        let backends = try readBackends(shards: shards, &claims)
        try checkUse(of: regions, by: shards)
        try checkUse(of: shards, by: backends)
        return Topology(
            file: root.file,
            baseDomain: try root.required("baseDomain", .domain),
            publicURL: publicURL,
            stateDirectory: try root.required("stateDirectory", .text("the path of a folder")),
            directory: directory,
            regions: regions,
            shards: shards,
            routers: routers,
            controls: controls,
            backends: backends,
            limits: try readLimits(),
            backups: try readBackups(shards: shards, regions: regions, directory: directory)
        )
    }

    // MARK: - Private

    private func readDirectory(_ claims: inout EndpointClaims) throws(TopologyError) -> DirectoryDescription {
        guard let section = try root.section("directory", keys: ["endpoints", "database"]) else {
            throw root.error(.missingKey, "directory", "expected a mapping with endpoints and database, found nothing")
        }
        let directory = DirectoryDescription(
            endpoints: try section.list("endpoints", endpoint),
            database: try section.required("database", .database)
        )
        try claims.claimStore(directory.endpoints, in: section, key: "endpoints")
        return directory
    }

    private func readRegions(_ claims: inout EndpointClaims) throws(TopologyError) -> [RegionDescription] {
        var regions: [RegionDescription] = []
        for (id, section) in try root.named("regions", .shortName(Named.Region.self), keys: ["name", "redis", "audit"])
        {
            let region = RegionDescription(
                id: id,
                name: try section.required("name", .text("the name of the region as people read it")),
                redis: try section.required("redis", endpoint),
                audit: try readAuditStore(section, &claims)
            )
            try claims.claimStore([region.redis], in: section, key: "redis")
            regions.append(region)
        }
        return regions
    }

    /// - Returns: nil without the key, or with empty `endpoints`.
    private func readAuditStore(
        _ region: TopologySection,
        _ claims: inout EndpointClaims
    ) throws(TopologyError) -> AuditStoreDescription? {
        guard let section = try region.section("audit", keys: ["endpoints", "database"]) else { return nil }
        let database = try section.required("database", .database)
        if case .some(nil) = try? section.optional("endpoints", endpointIfAny) { return nil }
        let store = AuditStoreDescription(endpoints: try section.list("endpoints", endpoint), database: database)
        try claims.claimStore(store.endpoints, in: section, key: "endpoints")
        return store
    }

    private func readShards(
        regions: [RegionDescription],
        directory: DirectoryDescription,
        _ claims: inout EndpointClaims
    ) throws(TopologyError) -> [ShardDescription] {
        var owners: [DatabaseLocation: String] = [:]
        for endpoint in directory.endpoints { owners[.init(endpoint, directory.database)] = "the directory" }
        for region in regions {
            for endpoint in region.audit?.endpoints ?? [] {
                let location = DatabaseLocation(endpoint, region.audit!.database)
                guard let owner = owners.updateValue("the audit store of \(region.id)", forKey: location) else {
                    continue
                }
                throw root.error(
                    .inconsistent,
                    "regions.\(region.id).audit",
                    "expected a database of its own, found that of \(owner)"
                )
            }
        }
        var shards: [ShardDescription] = []
        let keys = ["region", "endpoints", "database", "weight", "state"]
        for (id, section) in try root.named("shards", .shortName(Named.Shard.self), keys: keys) {
            let shard = ShardDescription(
                id: id,
                region: try section.required("region", .name(ofOneOf: "regions", regions.map(\.id))),
                endpoints: try section.list("endpoints", endpoint),
                database: try section.required("database", .database),
                weight: try section.optional("weight", .whole(0...1000)) ?? 1,
                state: try section.optional("state", .anyCase) ?? .open
            )
            for endpoint in shard.endpoints {
                let owner = owners.updateValue("shard \(id)", forKey: .init(endpoint, shard.database))
                guard owner == nil || owner == "shard \(id)" else {
                    let message =
                        "expected a database of its own, found \(shard.database) at \(endpoint) as for \(owner!)"
                    throw section.error(.inconsistent, "database", message)
                }
            }
            try claims.claimStore(shard.endpoints, in: section, key: "endpoints")
            shards.append(shard)
        }
        return shards
    }

    private func readRouters(
        publicURL: PublicURL,
        _ claims: inout EndpointClaims
    ) throws(TopologyError) -> [ProcessDescription] {
        var routers: [ProcessDescription] = []
        let keys = ["listen", "advertise", "admin", "tls"]
        for (name, section) in try root.named("routers", .shortName(Named.Process.self), keys: keys) {
            var router = try readProcess(name, section, &claims)
            router.tls = try readTLS(section, publicURL: publicURL)
            try claims.claimTLS(of: router, in: section)
            routers.append(router)
        }
        return routers
    }

    /// - Returns: nil without the key, or with an empty `listen`.
    private func readTLS(
        _ router: TopologySection,
        publicURL: PublicURL
    ) throws(TopologyError) -> TLSDescription? {
        let keys = ["listen", "certificates", "strictTransportSeconds"]
        guard let section = try router.section("tls", keys: keys) else { return nil }
        let listen = try section.required("listen", endpointIfAny)
        let seconds = try section.optional("strictTransportSeconds", .whole(0...63_072_000)) ?? 0
        let certificates = try section.required("certificates", .text("the path of a folder of certificates"))
        guard let listen else { return nil }
        guard publicURL.isSecure else {
            let message = "expected publicURL to begin with https:// where a router speaks TLS, found \(publicURL)"
            throw section.error(.inconsistent, "listen", message)
        }
        return TLSDescription(listen: listen, certificates: certificates, strictTransportSeconds: seconds)
    }

    private func readProcesses(
        _ key: String,
        _ claims: inout EndpointClaims
    ) throws(TopologyError) -> [ProcessDescription] {
        var processes: [ProcessDescription] = []
        for (name, section) in try root.named(
            key,
            .shortName(Named.Process.self),
            keys: ["listen", "advertise", "admin"]
        ) {
            processes.append(try readProcess(name, section, &claims))
        }
        return processes
    }

    private func readBackends(
        shards: [ShardDescription],
        _ claims: inout EndpointClaims
    ) throws(TopologyError) -> [BackendDescription] {
        let keys = ["shard", "listen", "advertise", "admin"]
        var backends: [BackendDescription] = []
        for (name, section) in try root.named("backends", .shortName(Named.Process.self), keys: keys) {
            let shard = try section.required("shard", .name(ofOneOf: "shards", shards.map(\.id)))
            backends.append(BackendDescription(shard: shard, process: try readProcess(name, section, &claims)))
        }
        return backends
    }

    private func readProcess(
        _ name: ProcessName,
        _ section: TopologySection,
        _ claims: inout EndpointClaims
    ) throws(TopologyError) -> ProcessDescription {
        let listen = try section.required("listen", endpoint)
        let advertise = try section.optional("advertise", endpoint)
        guard !(advertise ?? listen).isWildcard else {
            let key = advertise == nil ? "listen" : "advertise"
            let message =
                "expected an endpoint that others can connect to, found \(advertise ?? listen); name one as 'advertise'"
            throw section.error(.inconsistent, key, message)
        }
        let process = ProcessDescription(
            name: name,
            listen: listen,
            advertise: advertise ?? listen,
            admin: try section.required("admin", endpoint)
        )
        try claims.claim(process, hasOwnHost: advertise != nil, in: section)
        return process
    }

    /// - Returns: nil without the section.
    private func readBackups(
        shards: [ShardDescription],
        regions: [RegionDescription],
        directory: DirectoryDescription
    ) throws(TopologyError) -> BackupDescription? {
        guard let section = try root.section("backups", keys: BackupDescription.keys) else { return nil }
        // What is backed up and restored is a whole server, and with it every database it has.
        var owners = directory.endpoints.reduce(into: [:]) { $0[$1] = "the directory" }
        for region in regions {
            for endpoint in region.audit?.endpoints ?? [] {
                guard let owner = owners.updateValue("the audit store of \(region.id)", forKey: endpoint) else {
                    continue
                }
                let message =
                    "expected each database on a server of its own where there are backups, found \(owner) and the audit store of \(region.id) at \(endpoint)"
                throw root.error(.inconsistent, "backups", message)
            }
        }
        for shard in shards {
            for endpoint in shard.endpoints {
                let owner = owners.updateValue("shard \(shard.id)", forKey: endpoint) ?? "shard \(shard.id)"
                guard owner == "shard \(shard.id)" else {
                    let message =
                        "expected each database on a server of its own where there are backups, found \(owner) and shard \(shard.id) at \(endpoint)"
                    throw root.error(.inconsistent, "backups", message)
                }
            }
        }
        return try BackupDescription(section)
    }

    /// Nobody could sign up in a region without a shard.
    private func checkUse(
        of regions: [RegionDescription],
        by shards: [ShardDescription]
    ) throws(TopologyError) {
        for region in regions where !shards.contains(where: { $0.region == region.id }) {
            let section = try root.section("regions", keys: nil)
            let message = "expected at least one of the shards to be in the region, found none"
            throw (section ?? root).error(.inconsistent, region.id.rawValue, message)
        }
    }

    /// Nobody would serve the tenants of a shard without a backend.
    private func checkUse(
        of shards: [ShardDescription],
        by backends: [BackendDescription]
    ) throws(TopologyError) {
        for shard in shards where !backends.contains(where: { $0.shard == shard.id }) {
            let section = try root.section("shards", keys: nil)
            let message = "expected at least one of the backends to serve the shard, found none"
            throw (section ?? root).error(.inconsistent, shard.id.rawValue, message)
        }
    }

    private func readLimits() throws(TopologyError) -> Limits {
        var limits = Limits()
        // One level of nesting: `newTenant.maxUsers` is the key `maxUsers` of the mapping `newTenant`.
        let paths = Limits.all.map { $0.key.split(separator: ".").map(String.init) }
        let keys = paths.map { $0[0] }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard let section = try root.section("limits", keys: keys) else { return limits }
        for (limit, path) in zip(Limits.all, paths) {
            let siblings = paths.filter { $0.count == 2 && $0[0] == path[0] }.map { $0[1] }
            let holder = path.count == 1 ? section : try section.section(path[0], keys: siblings)
            if let value = try holder?.optional(path[path.count - 1], .whole(limit.range)) {
                limits[keyPath: limit.property] = value
            }
        }
        return limits
    }
}

/// A database on a server.
private struct DatabaseLocation: Hashable {
    let endpoint: Endpoint
    let database: String

    init(_ endpoint: Endpoint, _ database: String) {
        self.endpoint = endpoint
        self.database = database
    }
}

extension ScalarRule {
    fileprivate static func shortName<Kind>(_ kind: Kind.Type) -> ScalarRule where Value == Name<Kind> {
        .form("1–40 lower-case letters, digits and inner hyphens, a letter first,")
    }
}
