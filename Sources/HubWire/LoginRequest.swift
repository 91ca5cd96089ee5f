/// The body of `POST /api/auth/login`.
package struct LoginRequest: Codable, Hashable, Sendable {
    /// In lower case. Not required to be an address: a wrong one is answered like a wrong password.
    package let email: String
    package let password: String

    package init(email: String, password: String) {
        self.email = email
        self.password = password
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let email = fields.required("email", .accountName)
        let password = fields.required("password", .credential)
        guard let email, let password, fields.isValid else { throw fields.failure }
        self.init(email: email.lowercased(), password: password)
    }
}
