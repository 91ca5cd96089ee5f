package import HubModel

/// The first admin of a tenant to be made, with the password already hashed.
package struct InternalAdmin: Codable, Hashable, Sendable {
    package let id: UserID
    package let email: EmailAddress
    package let fullName: String
    /// bcrypt.
    package let passwordHash: String

    package init(id: UserID, email: EmailAddress, fullName: String, passwordHash: String) {
        self.id = id
        self.email = email
        self.fullName = fullName
        self.passwordHash = passwordHash
    }
}
