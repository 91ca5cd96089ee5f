package import HubModel

/// Tenants in which nothing was done and nobody was signed in since a moment, and which are older than that.
package struct ReportInactiveView: Codable, Hashable, Sendable {
    package let since: Timestamp
    package let tenants: Int
    package let regions: [ReportRegionCount]
    /// Those that rest the longest first.
    package let longest: [ReportInactiveTenant]

    package init(since: Timestamp, tenants: Int, regions: [ReportRegionCount], longest: [ReportInactiveTenant]) {
        self.since = since
        self.tenants = tenants
        self.regions = regions
        self.longest = longest
    }
}

package struct ReportRegionCount: Codable, Hashable, Sendable {
    package let region: RegionID
    package let tenants: Int

    package init(region: RegionID, tenants: Int) {
        self.region = region
        self.tenants = tenants
    }
}

package struct ReportInactiveTenant: ReportedTenant, Codable, Hashable, Sendable {
    package let tenantId: TenantID
    @Nullable package var subdomain: Subdomain?
    package let region: RegionID
    package let shard: ShardID
    /// The last entry of its audit trail or use of a session; where there is none, its beginning.
    package let lastActiveAt: Timestamp

    package init(
        tenantId: TenantID,
        subdomain: Subdomain?,
        region: RegionID,
        shard: ShardID,
        lastActiveAt: Timestamp
    ) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.region = region
        self.shard = shard
        self.lastActiveAt = lastActiveAt
    }
}
