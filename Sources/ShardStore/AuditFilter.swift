package import FoundationEssentials
import HubColumns
package import HubModel
package import Postgres

/// Which entries of the audit trail are wanted; nil asks for any.
package struct AuditFilter: Sendable {
    package var user: UserID?
    package var action: AuditAction?
    package var entity: ShardEntity?
    package var entityID: UUID?
    /// At this moment or later.
    package var from: Timestamp?
    /// Before this moment.
    package var to: Timestamp?

    package init(
        user: UserID? = nil,
        action: AuditAction? = nil,
        entity: ShardEntity? = nil,
        entityID: UUID? = nil,
        from: Timestamp? = nil,
        to: Timestamp? = nil
    ) {
        self.user = user
        self.action = action
        self.entity = entity
        self.entityID = entityID
        self.from = from
        self.to = to
    }

    /// The condition on the columns of `audit_logs`.
    package func condition(in tenant: TenantID) -> PostgresQuery {
        var condition: PostgresQuery = "tenantId = \(tenant)"
        if let user { condition = "\(fragment: condition) AND userId = \(user)" }
        if let action { condition = "\(fragment: condition) AND action = \(action.rawValue)" }
        if let entity { condition = "\(fragment: condition) AND entityType = \(entity.rawValue)" }
        if let entityID { condition = "\(fragment: condition) AND entityId = \(entityID)" }
        if let from { condition = "\(fragment: condition) AND timestamp >= \(from)" }
        if let to { condition = "\(fragment: condition) AND timestamp < \(to)" }
        return condition
    }
}
