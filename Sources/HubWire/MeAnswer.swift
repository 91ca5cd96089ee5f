/// The answer of `GET /api/auth/me`.
package struct MeAnswer: Codable, Hashable, Sendable {
    package let user: UserView
    /// Null on the apex host.
    @Nullable package var tenant: TenantView?

    package init(user: UserView, tenant: TenantView?) {
        self.user = user
        self.tenant = tenant
    }
}
