import Directory
import FoundationEssentials
import HubModel
import Placement

/// The tenants behind every proxy, spread over three shards, in the form that each proxy reads.
struct BenchTenants {
    static let domain = "hub.test"
    static let shards = ["us-1", "eu-1", "apac-1"]

    let count: Int

    /// The host name of a tenant.
    func host(_ index: Int) -> String { "\(subdomain(index)).\(BenchTenants.domain)" }

    /// The shard of a tenant.
    func shard(_ index: Int) -> String { BenchTenants.shards[index % BenchTenants.shards.count] }

    /// Writes the snapshot of a directory, with one backend for each shard at the given ports.
    func writeSnapshot(to path: String, ports: [Int]) throws {
        let changes = DirectoryChanges(
            version: 1,
            topologyVersion: 1,
            shards: zip(BenchTenants.shards, ports).map { shard, port in
                ShardPlacement(
                    id: ShardID(shard)!,
                    region: RegionID(String(shard.dropLast(2)))!,
                    state: .open,
                    backends: [BackendAddress(name: ProcessName("backend-\(shard)")!, host: "127.0.0.1", port: port)]
                )
            },
            tenants: (0..<count).map { index in
                DirectoryChanges.Tenant(
                    id: .make(at: Timestamp(microseconds: 1_700_000_000_000_000)),
                    name: Subdomain(subdomain(index))!,
                    shard: ShardID(shard(index))!,
                    epoch: .first,
                    state: .active
                )
            }
        )
        try FeedSnapshotFile(path: path).store(try DirectorySnapshot().applying(changes))
    }

    /// Writes a line for each host, the host and its shard.
    ///
    /// - Parameter end: what ends a line.
    func writeMap(to path: String, end: String) throws {
        var text = ""
        for index in 0..<count { text += "\(host(index)) \(shard(index))\(end)\n" }
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    // MARK: - Private

    /// Names of the lengths that people choose, none twice.
    private func subdomain(_ index: Int) -> String {
        let first = [
            "acme", "northwind", "globex", "initech", "umbrella", "stark", "wayne", "hooli", "vandelay", "soylent",
        ]
        let second = ["labs", "studio", "logistics", "media", "consulting", "foods", "games", "energy"]
        return "\(first[index % 10])-\(second[index / 10 % 8])-\(index / 80)"
    }
}
