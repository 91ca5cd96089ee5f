/// The body of `PUT /api/tenants/{id}` on the tenant's own host: all that its administrators may change of it.
package struct RenameTenantRequest: Decodable, Sendable {
    /// 1–100 characters.
    package let name: String?

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        name = fields.replacement("name", .line(1...100))
        guard fields.isValid else { throw fields.failure }
    }
}
