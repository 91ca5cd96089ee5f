/// A super admin, as tenants' sessions and audit trails name one.
package struct OperatorReference: Codable, Hashable, Sendable {
    package let id: UserID
    package let email: EmailAddress

    package init(id: UserID, email: EmailAddress) {
        self.id = id
        self.email = email
    }
}
