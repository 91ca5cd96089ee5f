package import HubModel

/// The data of an event of `GET /api/events`: that an object of the tenant changed. What it is now is for the API to say.
package struct EventView: Codable, Hashable, Sendable {
    package let timestamp: Timestamp
    package let action: AuditAction
    package let entityType: String
    @Nullable package var entityId: ObjectID?
    /// Who did it.
    @Nullable package var userId: UserID?
    /// The project of a task.
    @Nullable package var projectId: ProjectID?

    package init(
        timestamp: Timestamp,
        action: AuditAction,
        entityType: String,
        entityId: ObjectID?,
        userId: UserID?,
        projectId: ProjectID?
    ) {
        self.timestamp = timestamp
        self.action = action
        self.entityType = entityType
        self.entityId = entityId
        self.userId = userId
        self.projectId = projectId
    }
}
