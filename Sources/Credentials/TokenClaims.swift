package import HubModel

/// What a token says of its bearer.
package struct TokenClaims: Hashable, Sendable {
    package let subject: UserID
    /// Nil for a super admin.
    package let tenant: TenantID?
    /// The role when the token was issued; a request is judged by the role that holds now.
    package let role: UserRole
    package let session: SessionID
    /// Who may accept the token: a tenant's id, or the base domain for control.
    package let audience: String
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp

    package init(
        subject: UserID,
        tenant: TenantID?,
        role: UserRole,
        session: SessionID,
        audience: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.subject = subject
        self.tenant = tenant
        self.role = role
        self.session = session
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
