package import HubModel

/// The body of `PUT /api/users/{id}`: absent members stay as they are.
package struct UpdateUserRequest: Decodable, Sendable {
    /// 1–100 characters.
    package let fullName: String?
    /// Never a super admin: nobody inside a tenant can make one.
    package let role: UserRole?

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        fullName = fields.replacement("fullName", .line(1...100))
        role = fields.replacement("role", .oneOf([UserRole.user, .tenantAdmin]))
        guard fields.isValid else { throw fields.failure }
    }
}
