/// The body of `PUT /api/auth/password`.
package struct ChangePasswordRequest: Decodable, Sendable {
    package let currentPassword: String
    /// At least 8 characters and at most 72 bytes.
    package let newPassword: String

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let currentPassword = fields.required("currentPassword", .credential)
        let newPassword = fields.required("newPassword", .newPassword)
        guard let currentPassword, let newPassword, fields.isValid else { throw fields.failure }
        self.currentPassword = currentPassword
        self.newPassword = newPassword
    }
}
