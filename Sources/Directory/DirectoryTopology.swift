package import HubModel

/// What the directory should know of the deployment, as the topology file says it.
package struct DirectoryTopology: Sendable {
    package struct Shard: Hashable, Sendable {
        package let id: ShardID
        package let region: RegionID
        package let weight: Int
        /// The state of a shard that is new; later it is the operators' to change.
        package let initialState: ShardState

        package init(id: ShardID, region: RegionID, weight: Int, initialState: ShardState) {
            self.id = id
            self.region = region
            self.weight = weight
            self.initialState = initialState
        }
    }

    package let regions: [RegionRecord]
    package let shards: [Shard]
    package let backends: [BackendRecord]

    package init(regions: [RegionRecord], shards: [Shard], backends: [BackendRecord]) {
        self.regions = regions
        self.shards = shards
        self.backends = backends
    }
}
