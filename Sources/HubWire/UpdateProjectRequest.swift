package import HubModel

/// The body of `PUT /api/projects/{id}`: absent members stay as they are.
package struct UpdateProjectRequest: Decodable, Sendable {
    /// 1–200 characters.
    package let name: String?
    package let description: FieldChange<String>
    package let status: WorkStatus?

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        name = fields.replacement("name", .line(1...200))
        description = fields.change("description", .prose)
        status = fields.replacement("status", .oneOf(WorkStatus.allCases))
        guard fields.isValid else { throw fields.failure }
    }
}
