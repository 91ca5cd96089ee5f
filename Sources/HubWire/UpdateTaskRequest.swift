package import HubModel

/// The body of `PUT /api/tasks/{id}`: absent members stay as they are, and null empties those that may be empty.
package struct UpdateTaskRequest: Decodable, Sendable {
    /// 1–200 characters.
    package let title: String?
    package let description: FieldChange<String>
    package let priority: TaskPriority?
    /// Whether the user belongs to the tenant is for the store to judge.
    package let assignedTo: FieldChange<UserID>
    package let dueDate: FieldChange<Timestamp>
    package let status: WorkStatus?

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        title = fields.replacement("title", .line(1...200))
        description = fields.change("description", .prose)
        priority = fields.replacement("priority", .oneOf(TaskPriority.allCases))
        assignedTo = fields.change("assignedTo", .form("the id of a user, a UUID"))
        dueDate = fields.change("dueDate", .form("an RFC 3339 time such as 2025-12-22T14:30:00Z"))
        status = fields.replacement("status", .oneOf(WorkStatus.allCases))
        guard fields.isValid else { throw fields.failure }
    }
}
