package import FoundationEssentials
package import HubModel

/// One line of a tenant's audit trail, before the transaction adds who, when and from where.
package struct AuditEntry: Sendable {
    package let action: AuditAction
    package let entity: ShardEntity
    /// Nil when there is no such object, as in a failed login with an unknown email.
    package let entityID: UUID?
    package let changes: AuditChanges?
    /// The project that a task belongs to, for those who follow the project.
    package let project: ProjectID?

    package init(
        _ action: AuditAction,
        _ entity: ShardEntity,
        _ entityID: UUID?,
        changes: AuditChanges? = nil,
        project: ProjectID? = nil
    ) {
        self.action = action
        self.entity = entity
        self.entityID = entityID
        self.changes = changes
        self.project = project
    }
}
