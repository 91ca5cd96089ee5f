import Directory
import HubModel
import Postgres
import Reactor
import ShardStore
import Topology

/// Fills shards with very many tenants at COPY speed, and makes them known to the directory slice by slice.
///
/// A slice is on its shard before routers learn of it, and the work stops only between slices. What an earlier run left
/// is found by its ids, so the same command goes on where that one stopped.
struct DemoLoad: Sendable {
    let topology: Topology
    let secrets: Secrets
    let reactors: ReactorGroup
    let dataset: DemoDataset
    let allotment: DemoAllotment
    let passwords: DemoPasswords
    let now: Timestamp
    let interruption: Interruption

    /// Does the work, the shards side by side.
    ///
    /// - Parameter progress: counts rows, those of tenants that are there already included.
    func run(_ directory: DirectoryStore, _ progress: ProgressReporter) async throws -> [DemoShardSummary] {
        try await withThrowingTaskGroup(of: DemoShardSummary.self) { group in
            for shard in allotment.shards {
                group.addTask { try await load(shard, directory, progress) }
            }
            var summaries: [DemoShardSummary] = []
            for try await summary in group { summaries.append(summary) }
            return summaries.sorted { $0.shard < $1.shard }
        }
    }

    // MARK: - Private

    /// A slice ends when it has so many rows or tenants; its names travel in one query.
    private static let sliceRows = 100_000
    private static let sliceTenants = 5000

    private func load(
        _ id: ShardID,
        _ directory: DirectoryStore,
        _ progress: ProgressReporter
    ) async throws -> DemoShardSummary {
        guard let shard = topology.shard(id) else { throw OperatorError(unknownShard: id.description, in: topology) }
        let access = DatabaseAccess(target: .shard(shard, of: topology), secrets: secrets, reactors: reactors)
        return try await access.withCurrentSchema { pool in
            let loader = DemoLoader(
                pool: pool,
                adminPasswordHash: passwords.adminHash,
                userPasswordHash: passwords.userHash,
                now: now
            )
            return try await load(id, loader, directory, progress)
        }
    }

    private func load(
        _ id: ShardID,
        _ loader: DemoLoader,
        _ directory: DirectoryStore,
        _ progress: ProgressReporter
    ) async throws -> DemoShardSummary {
        var summary = DemoShardSummary(shard: id)
        var slice: [DemoTenant] = []
        var rows = 0
        for index in allotment.indices where allotment.shard(of: index) == id {
            let tenant = dataset.tenant(at: index)
            slice.append(tenant)
            rows += tenant.rows
            guard rows >= DemoLoad.sliceRows || slice.count >= DemoLoad.sliceTenants else { continue }
            try await load(slice, loader, directory, progress, &summary)
            if interruption.isRequested { return summary }
            slice = []
            rows = 0
        }
        try await load(slice, loader, directory, progress, &summary)
        return summary
    }

    private func load(
        _ slice: [DemoTenant],
        _ loader: DemoLoader,
        _ directory: DirectoryStore,
        _ progress: ProgressReporter,
        _ summary: inout DemoShardSummary
    ) async throws {
        guard !slice.isEmpty else { return }
        // Known to the directory: there already, on this shard or, after a change of the topology, on another.
        let registered = Set(try await directory.tenants(named: slice.map(\.subdomain)).map(\.subdomain))
        let missing = slice.filter { !registered.contains($0.subdomain) }
        let counted = RowCount(progress)
        let loaded = try await loader.load(missing) { counted.advance(to: $0.rows) }
        let ids = Set(loaded.loaded + loaded.found)
        let imports = missing.filter { ids.contains($0.id) }
        let imported = try await directory.importTenants(
            imports.map { TenantImport(id: $0.id, subdomain: $0.subdomain, name: $0.name, shard: summary.shard) }
        )
        summary.add(slice, loaded, registered: imported)
        counted.advance(to: slice.reduce(0) { $0 + $1.rows })
    }
}
