package import FoundationEssentials
import HubColumns
package import HubModel
import Postgres

/// One line of the control plane's audit trail, before the store adds when.
package struct DirectoryAuditEntry: Sendable {
    package let action: AuditAction
    package let entity: DirectoryEntity
    /// Nil for what has no UUID, or does not exist.
    package let entityID: UUID?
    /// The tenant concerned, if one is.
    package let tenant: TenantID?
    package let changes: AuditChanges?

    package init(
        _ action: AuditAction,
        _ entity: DirectoryEntity,
        _ entityID: UUID?,
        tenant: TenantID? = nil,
        changes: AuditChanges? = nil
    ) {
        self.action = action
        self.entity = entity
        self.entityID = entityID
        self.tenant = tenant
        self.changes = changes
    }
}

extension PostgresQuery {
    /// The statement that adds an entry.
    static func recording(_ entry: DirectoryAuditEntry, in context: OperatorContext) -> PostgresQuery {
        """
        INSERT INTO audit_logs (id, tenantId, userId, action, entityType, entityId, changes, ipAddress)
        VALUES (\(AuditLogID.fresh()), \(entry.tenant), \(context.actor), \(entry.action.rawValue),
                \(entry.entity.rawValue), \(entry.entityID), \(entry.changes.map { PostgresJSON(text: $0.json) }),
                \(context.clientAddress))
        """
    }
}
