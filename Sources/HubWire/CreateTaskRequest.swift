package import HubModel

/// The body of `POST /api/projects/{id}/tasks`.
package struct CreateTaskRequest: Codable, Hashable, Sendable {
    /// 1–200 characters.
    package let title: String
    package let description: String?
    package let priority: TaskPriority
    /// Whether the user belongs to the tenant is for the store to judge.
    package let assignedTo: UserID?
    package let dueDate: Timestamp?
    package let status: WorkStatus

    package init(
        title: String,
        description: String? = nil,
        priority: TaskPriority = .medium,
        assignedTo: UserID? = nil,
        dueDate: Timestamp? = nil,
        status: WorkStatus = .notStarted
    ) {
        self.title = title
        self.description = description
        self.priority = priority
        self.assignedTo = assignedTo
        self.dueDate = dueDate
        self.status = status
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let title = fields.required("title", .line(1...200))
        let description = fields.optional("description", .prose)
        let priority = fields.optional("priority", .oneOf(TaskPriority.allCases)) ?? .medium
        let assignedTo: UserID? = fields.optional("assignedTo", .form("the id of a user, a UUID"))
        let dueDate: Timestamp? = fields.optional("dueDate", .form("an RFC 3339 time such as 2025-12-22T14:30:00Z"))
        let status = fields.optional("status", .oneOf(WorkStatus.allCases)) ?? .notStarted
        guard let title, fields.isValid else { throw fields.failure }
        self.init(
            title: title,
            description: description,
            priority: priority,
            assignedTo: assignedTo,
            dueDate: dueDate,
            status: status
        )
    }
}
