package import HubModel

/// The body of `POST /api/users`.
package struct CreateUserRequest: Codable, Hashable, Sendable {
    package let email: EmailAddress
    /// At least 8 characters and at most 72 bytes.
    package let password: String
    /// 1–100 characters.
    package let fullName: String
    /// Never a super admin: nobody inside a tenant can make one.
    package let role: UserRole

    package init(email: EmailAddress, password: String, fullName: String, role: UserRole) {
        self.email = email
        self.password = password
        self.fullName = fullName
        self.role = role
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let email = fields.required("email", .email)
        let password = fields.required("password", .newPassword)
        let fullName = fields.required("fullName", .line(1...100))
        let role = fields.optional("role", .oneOf([UserRole.user, .tenantAdmin])) ?? .user
        guard let email, let password, let fullName, fields.isValid else { throw fields.failure }
        self.init(email: email, password: password, fullName: fullName, role: role)
    }
}
