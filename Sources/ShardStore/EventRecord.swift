package import FoundationEssentials
package import HubModel
import Postgres

/// A row of `events`: that something of the tenant changed, and what.
package struct EventRecord: Sendable {
    package let position: EventPosition
    package let timestamp: Timestamp
    package let user: UserID?
    package let action: AuditAction
    package let entityType: String
    package let entityID: UUID?
    /// The project a task belongs to.
    package let project: ProjectID?
}

extension EventRecord {
    /// The columns in the order of ``init(_:)``.
    static let columns = "epoch, transactionId, id, createdAt, userId, action, entityType, entityId, projectId"

    /// - Returns: nil for an action of a younger version of the hub.
    init?(_ row: PostgresRow) throws(PostgresError) {
        let epoch: Epoch, transaction: Int64, id: AuditLogID, name: String
        (epoch, transaction, id, timestamp, user, name, entityType, entityID, project) = try row.decode(
            (
                Epoch.self, Int64.self, AuditLogID.self, Timestamp.self, UserID?.self, String.self, String.self,
                UUID?.self, ProjectID?.self
            )
        )
        guard let action = AuditAction(rawValue: name) else { return nil }
        position = EventPosition(epoch: epoch, transaction: transaction, id: id)
        self.action = action
    }
}
