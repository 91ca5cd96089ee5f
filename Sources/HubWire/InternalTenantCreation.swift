package import HubModel

/// The body of `POST /internal/tenants`: control asks a backend to make a tenant on its shard.
///
/// Ids are chosen by control, so that a repeated request makes nothing twice.
package struct InternalTenantCreation: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    package let subdomain: Subdomain
    package let name: String
    package let maxUsers: Int
    package let maxProjects: Int
    package let epoch: Epoch
    package let admin: InternalAdmin
    /// Of the person who signed up; null for a tenant made by an operator.
    @Nullable package var clientAddress: String?

    package init(
        tenantId: TenantID,
        subdomain: Subdomain,
        name: String,
        maxUsers: Int,
        maxProjects: Int,
        epoch: Epoch,
        admin: InternalAdmin,
        clientAddress: String?
    ) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.epoch = epoch
        self.admin = admin
        self.clientAddress = clientAddress
    }
}
