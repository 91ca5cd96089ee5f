package import HubModel

/// The answer of `GET` and `PUT /internal/tenants/{id}`: what the tenant's shard knows of it.
package struct InternalTenantSettings: Codable, Hashable, Sendable {
    package let subdomain: Subdomain
    package let name: String
    package let maxUsers: Int
    package let maxProjects: Int
    package let usage: TenantUsage

    package init(subdomain: Subdomain, name: String, maxUsers: Int, maxProjects: Int, usage: TenantUsage) {
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.usage = usage
    }
}
