package import HubModel

/// The body of `PUT /api/tenants/{id}` on the apex host: what a super admin changes; absent members stay as they are.
package struct UpdateTenantRequest: Codable, Hashable, Sendable {
    /// 1–100 characters.
    package let name: String?
    package let maxUsers: Int?
    package let maxProjects: Int?
    /// Active or suspended: the other states belong to moves and erasures.
    package let state: TenantState?
    /// The old subdomain stays reserved.
    package let subdomain: Subdomain?

    /// The range of both limits.
    package static let allowedLimits = 1...1_000_000

    package init(
        name: String? = nil,
        maxUsers: Int? = nil,
        maxProjects: Int? = nil,
        state: TenantState? = nil,
        subdomain: Subdomain? = nil
    ) {
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.state = state
        self.subdomain = subdomain
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let name = fields.optional("name", .line(1...100))
        let maxUsers = fields.optional("maxUsers", .whole(UpdateTenantRequest.allowedLimits))
        let maxProjects = fields.optional("maxProjects", .whole(UpdateTenantRequest.allowedLimits))
        let state = fields.optional("state", .oneOf([TenantState.active, .suspended]))
        let subdomain = fields.optional("subdomain", .subdomain)
        guard fields.isValid else { throw fields.failure }
        self.init(name: name, maxUsers: maxUsers, maxProjects: maxProjects, state: state, subdomain: subdomain)
    }
}
