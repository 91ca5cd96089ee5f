package import HubModel

/// The body of `PUT /internal/tenants/{id}`: what control changes of a tenant; null members stay as they are.
package struct InternalTenantChange: Codable, Hashable, Sendable {
    package let subdomain: Subdomain?
    package let name: String?
    package let maxUsers: Int?
    package let maxProjects: Int?
    /// The super admin who wants it.
    package let `operator`: OperatorReference?
    /// Where they are.
    package let clientAddress: String?

    package init(
        subdomain: Subdomain?,
        name: String?,
        maxUsers: Int?,
        maxProjects: Int?,
        operator: OperatorReference?,
        clientAddress: String?
    ) {
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.operator = `operator`
        self.clientAddress = clientAddress
    }
}
