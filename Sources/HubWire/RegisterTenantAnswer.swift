/// The answer of `POST /api/auth/register-tenant`.
package struct RegisterTenantAnswer: Codable, Hashable, Sendable {
    package let tenant: TenantView
    /// The tenant's first admin.
    package let user: UserView
    /// Where the tenant's people sign in.
    package let url: String

    package init(tenant: TenantView, user: UserView, url: String) {
        self.tenant = tenant
        self.user = user
        self.url = url
    }
}
