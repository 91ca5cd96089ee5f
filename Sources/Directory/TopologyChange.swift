import HubModel

/// How the directory differs from a topology, and so what applying the topology changes.
package struct TopologyChange: Equatable, Sendable {
    /// What happens to the objects of one kind, each named once, in order of their names.
    package struct Part: Equatable, Sendable {
        package var added: [String] = []
        package var changed: [String] = []
        package var removed: [String] = []

        package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
    }

    package let regions: Part
    package let shards: Part
    package let backends: Part

    package var isEmpty: Bool { regions.isEmpty && shards.isEmpty && backends.isEmpty }

    /// - Throws: `.inUse` when a shard that has tenants would be removed, or put into another region.
    init(
        from regions: [RegionRecord],
        _ shards: [ShardRecord],
        pendingOn isPending: (ShardID) -> Bool,
        to topology: DirectoryTopology
    ) throws(DirectoryError) {
        self.regions = Part(regions, topology.regions, by: \.id.rawValue) { $0 == $1 }
        self.shards = Part(shards, topology.shards, by: \.id.rawValue, wantedBy: \.id.rawValue) {
            $0.region == $1.region && $0.weight == $1.weight
        }
        backends = Part(shards.flatMap(\.backends), topology.backends, by: \.name.rawValue) { $0 == $1 }

        let wanted = Dictionary(uniqueKeysWithValues: topology.shards.map { ($0.id, $0) })
        for shard in shards where shard.tenants > 0 || isPending(shard.id) {
            guard let kept = wanted[shard.id] else {
                throw DirectoryError(.inUse, "shard \(shard.id) has \(shard.tenants) tenants and cannot be removed")
            }
            guard kept.region == shard.region else {
                throw DirectoryError(
                    .inUse,
                    "shard \(shard.id) has \(shard.tenants) tenants and cannot go from region \(shard.region) to \(kept.region)"
                )
            }
        }
    }
}

extension TopologyChange.Part {
    fileprivate init<Known>(
        _ known: [Known],
        _ wanted: [Known],
        by name: (Known) -> String,
        isSame: (Known, Known) -> Bool
    ) {
        self.init(known, wanted, by: name, wantedBy: name, isSame: isSame)
    }

    fileprivate init<Known, Wanted>(
        _ known: [Known],
        _ wanted: [Wanted],
        by knownName: (Known) -> String,
        wantedBy wantedName: (Wanted) -> String,
        isSame: (Known, Wanted) -> Bool
    ) {
        let before = Dictionary(uniqueKeysWithValues: known.map { (knownName($0), $0) })
        let after = Dictionary(uniqueKeysWithValues: wanted.map { (wantedName($0), $0) })
        added = after.keys.filter { before[$0] == nil }.sorted()
        removed = before.keys.filter { after[$0] == nil }.sorted()
        changed = before.compactMap { name, known in
            guard let wanted = after[name], !isSame(known, wanted) else { return nil }
            return name
        }.sorted()
    }
}
