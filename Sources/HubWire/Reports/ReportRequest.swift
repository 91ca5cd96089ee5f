package import HubModel

/// Which report is wanted.
package struct ReportRequest: Hashable, Sendable {
    package static let allowedDays = 1...3650
    package static let allowedTop = 0...100
    package static let defaultDays = 30
    package static let defaultTop = 10

    package let kind: ReportKind
    /// Only the shards of this region, and only this shard.
    package let region: RegionID?
    package let shard: ShardID?
    /// The window of growth, today included; also for how long nothing was done in an inactive tenant.
    package let days: Int
    /// How many tenants each list has at most.
    package let top: Int

    package init(
        _ kind: ReportKind,
        region: RegionID? = nil,
        shard: ShardID? = nil,
        days: Int = defaultDays,
        top: Int = defaultTop
    ) {
        self.kind = kind
        self.region = region
        self.shard = shard
        self.days = days
        self.top = top
    }
}
