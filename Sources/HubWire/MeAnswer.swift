package import HubModel

/// The answer of `GET /api/auth/me`.
package struct MeAnswer: Codable, Hashable, Sendable {
    package let user: UserView
    /// Null on the apex host.
    @Nullable package var tenant: TenantView?
    /// The super admin who acts as the user; null in the user's own sessions.
    @Nullable package var impersonatedBy: OperatorReference?

    package init(user: UserView, tenant: TenantView?, impersonatedBy: OperatorReference? = nil) {
        self.user = user
        self.tenant = tenant
        self.impersonatedBy = impersonatedBy
    }
}
