package import HubModel

/// What is to be changed of a tenant; nil keeps what is there.
package struct TenantChanges: Sendable {
    package var subdomain: Subdomain?
    package var name: String?
    package var maxUsers: Int?
    package var maxProjects: Int?

    package init(
        subdomain: Subdomain? = nil,
        name: String? = nil,
        maxUsers: Int? = nil,
        maxProjects: Int? = nil
    ) {
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
    }

    func applied(to settings: TenantSettings) -> TenantValues {
        TenantValues(
            subdomain: subdomain ?? settings.subdomain,
            name: name ?? settings.name,
            maxUsers: maxUsers ?? settings.maxUsers,
            maxProjects: maxProjects ?? settings.maxProjects
        )
    }
}

/// What of a tenant can be changed, as the audit trail keeps it.
struct TenantValues: Encodable, Equatable {
    let subdomain: Subdomain
    let name: String
    let maxUsers: Int
    let maxProjects: Int
}

extension TenantValues {
    init(_ settings: TenantSettings) {
        self.init(
            subdomain: settings.subdomain,
            name: settings.name,
            maxUsers: settings.maxUsers,
            maxProjects: settings.maxProjects
        )
    }
}
