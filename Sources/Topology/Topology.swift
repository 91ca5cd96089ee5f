package import HubModel

/// What a deployment consists of: every process and store, where they are, and the limits they keep.
///
/// One file describes it to all processes. A value of this type is consistent: every name it mentions exists in it.
/// Secrets are not in it: see ``Secrets``.
package struct Topology: Hashable, Sendable {
    /// The file it was read from, for messages.
    package let file: String
    /// The apex host; tenants live one label below it.
    package let baseDomain: String
    package let publicURL: PublicURL
    /// The folder for what a process must find again after a restart, such as a router's snapshot.
    package let stateDirectory: String
    package let directory: DirectoryDescription
    package let regions: [RegionDescription]
    package let shards: [ShardDescription]
    package let routers: [ProcessDescription]
    package let controls: [ProcessDescription]
    package let backends: [BackendDescription]
    package let limits: Limits
    /// Nil where nothing is backed up by the hub.
    package let backups: BackupDescription?

    // MARK: Looking up

    package func region(_ id: RegionID) -> RegionDescription? { regions.first { $0.id == id } }

    package func shard(_ id: ShardID) -> ShardDescription? { shards.first { $0.id == id } }

    package func backends(of shard: ShardID) -> [BackendDescription] { backends.filter { $0.shard == shard } }

    /// - Parameter name: what the process was started with as `--name`.
    package func router(named name: String) throws(TopologyError) -> ProcessDescription {
        try find(name, in: routers, \.name, "routers")
    }

    /// - Parameter name: what the process was started with as `--name`.
    package func control(named name: String) throws(TopologyError) -> ProcessDescription {
        try find(name, in: controls, \.name, "controls")
    }

    /// - Parameter name: what the process was started with as `--name`.
    package func backend(named name: String) throws(TopologyError) -> BackendDescription {
        try find(name, in: backends, \.name, "backends")
    }

    // MARK: Addresses for people

    package func host(of subdomain: Subdomain) -> String { "\(subdomain).\(baseDomain)" }

    package func url(of subdomain: Subdomain) -> String { publicURL.url(host: host(of: subdomain)) }

    package var apexURL: String { publicURL.url(host: baseDomain) }

    // MARK: - Private

    private func find<Item>(
        _ name: String,
        in items: [Item],
        _ property: (Item) -> ProcessName,
        _ key: String
    ) throws(TopologyError) -> Item {
        if let item = items.first(where: { property($0).rawValue == name }) { return item }
        let names = items.map { property($0).rawValue }
        let hint = Spelling.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        let message = "expected --name to be \(names.joinedAsAlternatives()), found '\(name)'\(hint)"
        throw TopologyError(code: .unknownProcess, file: file, key: key, message: message)
    }
}
