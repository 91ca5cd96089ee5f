package import HubModel

/// A project as the API shows one.
package struct ProjectView: Codable, Hashable, Sendable {
    package let id: ProjectID
    package let name: String
    @Nullable package var description: String?
    package let status: WorkStatus
    /// Null when that user has been deleted.
    @Nullable package var createdBy: PersonView?
    package let taskCount: Int
    package let completedTaskCount: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(
        id: ProjectID,
        name: String,
        description: String?,
        status: WorkStatus,
        createdBy: PersonView?,
        taskCount: Int,
        completedTaskCount: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.status = status
        self.createdBy = createdBy
        self.taskCount = taskCount
        self.completedTaskCount = completedTaskCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
