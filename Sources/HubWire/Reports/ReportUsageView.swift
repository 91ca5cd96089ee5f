package import HubModel

/// What there is.
package struct ReportUsageView: Codable, Hashable, Sendable {
    package let total: ReportFigures
    package let regions: [ReportRegionFigures]
    package let shards: [ReportShardFigures]
    /// The tenants with the most of each.
    package let mostUsers: [ReportTenantView]
    package let mostTasks: [ReportTenantView]
    package let mostOverdue: [ReportTenantView]

    package init(
        total: ReportFigures,
        regions: [ReportRegionFigures],
        shards: [ReportShardFigures],
        mostUsers: [ReportTenantView],
        mostTasks: [ReportTenantView],
        mostOverdue: [ReportTenantView]
    ) {
        self.total = total
        self.regions = regions
        self.shards = shards
        self.mostUsers = mostUsers
        self.mostTasks = mostTasks
        self.mostOverdue = mostOverdue
    }
}

package struct ReportRegionFigures: Codable, Hashable, Sendable {
    package let region: RegionID
    package let figures: ReportFigures

    package init(region: RegionID, figures: ReportFigures) {
        self.region = region
        self.figures = figures
    }
}

package struct ReportShardFigures: Codable, Hashable, Sendable {
    package let shard: ShardID
    package let region: RegionID
    package let figures: ReportFigures

    package init(shard: ShardID, region: RegionID, figures: ReportFigures) {
        self.shard = shard
        self.region = region
        self.figures = figures
    }
}
