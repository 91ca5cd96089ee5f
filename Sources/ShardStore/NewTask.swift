package import HubModel

/// The values of a task that people choose; the audit trail keeps them.
package struct NewTask: Encodable, Hashable, Sendable {
    package let project: ProjectID
    package let title: String
    package let description: String?
    package let status: WorkStatus
    package let priority: TaskPriority
    package let assignedTo: UserID?
    package let dueDate: Timestamp?

    package init(
        project: ProjectID,
        title: String,
        description: String? = nil,
        status: WorkStatus = .notStarted,
        priority: TaskPriority = .medium,
        assignedTo: UserID? = nil,
        dueDate: Timestamp? = nil
    ) {
        self.project = project
        self.title = title
        self.description = description
        self.status = status
        self.priority = priority
        self.assignedTo = assignedTo
        self.dueDate = dueDate
    }

    /// The keys of the audit trail, which are the names of the API.
    private enum CodingKeys: String, CodingKey {
        case project = "projectId"
        case title, description, status, priority, assignedTo, dueDate
    }
}

extension NewTask {
    init(_ task: TaskRecord) {
        self.init(
            project: task.project,
            title: task.title,
            description: task.description,
            status: task.status,
            priority: task.priority,
            assignedTo: task.assignedTo?.id,
            dueDate: task.dueDate
        )
    }
}
