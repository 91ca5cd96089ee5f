import HubColumns
package import HubModel
import Postgres

/// Which entries of the control plane's trail are wanted; nil asks for any.
package struct DirectoryAuditFilter: Sendable {
    package var tenant: TenantID?
    package var user: UserID?
    package var action: AuditAction?
    package var entity: DirectoryEntity?
    /// The earliest moment, inclusive.
    package var from: Timestamp?
    /// The latest moment, exclusive.
    package var to: Timestamp?

    package init(
        tenant: TenantID? = nil,
        user: UserID? = nil,
        action: AuditAction? = nil,
        entity: DirectoryEntity? = nil,
        from: Timestamp? = nil,
        to: Timestamp? = nil
    ) {
        self.tenant = tenant
        self.user = user
        self.action = action
        self.entity = entity
        self.from = from
        self.to = to
    }

    /// The condition on `a`, the trail.
    var condition: PostgresQuery {
        var condition: PostgresQuery = "true"
        if let tenant { condition = "\(fragment: condition) AND a.tenantId = \(tenant)" }
        if let user { condition = "\(fragment: condition) AND a.userId = \(user)" }
        if let action { condition = "\(fragment: condition) AND a.action = \(action.rawValue)" }
        if let entity { condition = "\(fragment: condition) AND a.entityType = \(entity.rawValue)" }
        if let from { condition = "\(fragment: condition) AND a.timestamp >= \(from)" }
        if let to { condition = "\(fragment: condition) AND a.timestamp < \(to)" }
        return condition
    }
}
