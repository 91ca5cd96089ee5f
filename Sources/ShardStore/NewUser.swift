package import HubModel

/// A user to be created.
package struct NewUser: Sendable {
    package let id: UserID
    package let email: EmailAddress
    package let fullName: String
    /// A bcrypt hash, never the password.
    package let passwordHash: String
    package let role: UserRole

    package init(id: UserID? = nil, email: EmailAddress, fullName: String, passwordHash: String, role: UserRole) {
        self.id = id ?? .fresh()
        self.email = email
        self.fullName = fullName
        self.passwordHash = passwordHash
        self.role = role
    }
}

extension NewUser: Encodable {
    /// What the audit trail keeps: everything but the password's hash.
    private enum CodingKeys: String, CodingKey {
        case email, fullName, role
    }
}
