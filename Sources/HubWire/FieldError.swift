/// One member of a request that cannot be accepted, and why.
package struct FieldError: Hashable, Codable, Sendable {
    /// The member's name, or `body` when the body as a whole is wrong.
    package let field: String
    /// A phrase that completes "‹field› …", such as "must be 1–200 characters long".
    package let message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}
