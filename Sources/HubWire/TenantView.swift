package import HubModel

/// A tenant as its own users see it.
package struct TenantView: Codable, Hashable, Sendable {
    package let id: TenantID
    package let name: String
    package let subdomain: Subdomain
    package let region: RegionID
    package let maxUsers: Int
    package let maxProjects: Int
    package let usage: TenantUsage

    package init(
        id: TenantID,
        name: String,
        subdomain: Subdomain,
        region: RegionID,
        maxUsers: Int,
        maxProjects: Int,
        usage: TenantUsage
    ) {
        self.id = id
        self.name = name
        self.subdomain = subdomain
        self.region = region
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.usage = usage
    }
}
