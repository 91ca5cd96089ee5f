package import HubModel

/// The body of `PATCH /api/tasks/{id}/status`.
package struct UpdateTaskStatusRequest: Decodable, Sendable {
    package let status: WorkStatus

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let status = fields.required("status", .oneOf(WorkStatus.allCases))
        guard let status, fields.isValid else { throw fields.failure }
        self.status = status
    }
}
