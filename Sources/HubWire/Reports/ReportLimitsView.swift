package import HubModel

/// Tenants that have used most of the people or projects they may have.
package struct ReportLimitsView: Codable, Hashable, Sendable {
    /// From this share of a limit on a tenant is here.
    package static let nearPercent = 80

    package let percent: Int
    /// Near any limit, near that of people, near that of projects, and those that have reached one.
    package let tenants: Int
    package let nearUsers: Int
    package let nearProjects: Int
    package let reached: Int
    /// Those that have used the most first.
    package let nearest: [ReportLimitTenant]

    package init(tenants: Int, nearUsers: Int, nearProjects: Int, reached: Int, nearest: [ReportLimitTenant]) {
        percent = ReportLimitsView.nearPercent
        self.tenants = tenants
        self.nearUsers = nearUsers
        self.nearProjects = nearProjects
        self.reached = reached
        self.nearest = nearest
    }
}

package struct ReportLimitTenant: ReportedTenant, Codable, Hashable, Sendable {
    package let tenantId: TenantID
    @Nullable package var subdomain: Subdomain?
    package let region: RegionID
    package let shard: ShardID
    package let users: Int
    package let maxUsers: Int
    package let projects: Int
    package let maxProjects: Int
    /// Of the limit that is nearer, rounded down; above 100 where the limit was lowered below what there is.
    package let percent: Int

    package init(
        tenantId: TenantID,
        subdomain: Subdomain?,
        region: RegionID,
        shard: ShardID,
        users: Int,
        maxUsers: Int,
        projects: Int,
        maxProjects: Int,
        percent: Int
    ) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.region = region
        self.shard = shard
        self.users = users
        self.maxUsers = maxUsers
        self.projects = projects
        self.maxProjects = maxProjects
        self.percent = percent
    }
}
