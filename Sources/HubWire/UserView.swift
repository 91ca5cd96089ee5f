package import HubModel

/// A user as the API shows one.
package struct UserView: Codable, Hashable, Sendable {
    package let id: UserID
    /// Null for a super admin.
    @Nullable package var tenantId: TenantID?
    package let email: String
    package let fullName: String
    package let role: UserRole
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(
        id: UserID,
        tenantId: TenantID?,
        email: String,
        fullName: String,
        role: UserRole,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.tenantId = tenantId
        self.email = email
        self.fullName = fullName
        self.role = role
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
