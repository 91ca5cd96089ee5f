package import HubModel

/// The body of `POST /api/projects`.
package struct CreateProjectRequest: Codable, Hashable, Sendable {
    /// 1–200 characters.
    package let name: String
    package let description: String?
    package let status: WorkStatus

    package init(name: String, description: String? = nil, status: WorkStatus = .notStarted) {
        self.name = name
        self.description = description
        self.status = status
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let name = fields.required("name", .line(1...200))
        let description = fields.optional("description", .prose)
        let status = fields.optional("status", .oneOf(WorkStatus.allCases)) ?? .notStarted
        guard let name, fields.isValid else { throw fields.failure }
        self.init(name: name, description: description, status: status)
    }
}
