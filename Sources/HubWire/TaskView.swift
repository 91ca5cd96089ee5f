package import HubModel

/// A task as the API shows one.
package struct TaskView: Codable, Hashable, Sendable {
    package let id: TaskID
    package let projectId: ProjectID
    package let title: String
    @Nullable package var description: String?
    package let status: WorkStatus
    package let priority: TaskPriority
    /// Null when nobody is.
    @Nullable package var assignedTo: PersonView?
    @Nullable package var dueDate: Timestamp?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(
        id: TaskID,
        projectId: ProjectID,
        title: String,
        description: String?,
        status: WorkStatus,
        priority: TaskPriority,
        assignedTo: PersonView?,
        dueDate: Timestamp?,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.title = title
        self.description = description
        self.status = status
        self.priority = priority
        self.assignedTo = assignedTo
        self.dueDate = dueDate
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
