package import HubModel

/// A tenant to be created, with its first administrator.
package struct NewTenant: Encodable, Sendable {
    package let subdomain: Subdomain
    package let name: String
    package let maxUsers: Int
    package let maxProjects: Int
    package let admin: NewUser

    package init(subdomain: Subdomain, name: String, maxUsers: Int, maxProjects: Int, admin: NewUser) {
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.admin = admin
    }

    private enum CodingKeys: String, CodingKey {
        case subdomain, name, maxUsers, maxProjects
    }
}
