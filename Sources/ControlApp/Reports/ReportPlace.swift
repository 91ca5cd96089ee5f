import HubModel

/// The shard that a report speaks of, and its region.
struct ReportPlace: Hashable, Sendable {
    let region: RegionID
    let shard: ShardID
}
