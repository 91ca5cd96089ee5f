package import FoundationEssentials
import HubColumns
package import HubModel
package import Postgres

/// A row of `audit_logs`, with its user.
package struct AuditRecord: Sendable {
    package let id: AuditLogID
    package let timestamp: Timestamp
    /// As it was written; a shard forgets it when the user is deleted.
    package let userID: UserID?
    /// Nil for an entry of nobody, or of a user who was deleted.
    package let user: UserReference?
    package let action: String
    package let entityType: String
    package let entityID: UUID?
    /// A JSON document.
    package let changes: String?
    package let ipAddress: String?
}

extension AuditRecord {
    /// The same, by a user of this name.
    package func named(_ name: String?) -> AuditRecord {
        AuditRecord(
            id: id,
            timestamp: timestamp,
            userID: userID,
            user: UserReference(id: userID, fullName: name),
            action: action,
            entityType: entityType,
            entityID: entityID,
            changes: changes,
            ipAddress: ipAddress
        )
    }

    /// Reads id, timestamp, action, entityType, entityId, changes, ipAddress, and id and name of the user.
    package init(_ row: PostgresRow) throws(PostgresError) {
        let userName: String?, document: PostgresJSON?
        (id, timestamp, action, entityType, entityID, document, ipAddress, userID, userName) = try row.decode(
            (
                AuditLogID.self, Timestamp.self, String.self, String.self, UUID?.self, PostgresJSON?.self,
                String?.self, UserID?.self, String?.self
            )
        )
        changes = document?.text
        user = UserReference(id: userID, fullName: userName)
    }

    /// Completes the entries of `source`, a query of whole rows of `audit_logs`; newest first.
    static func query(_ source: PostgresQuery) -> PostgresQuery {
        """
        SELECT a.id, a.timestamp, a.action, a.entityType, a.entityId, a.changes, a.ipAddress, u.id, u.fullName
        FROM (\(fragment: source)) AS a
        LEFT JOIN users AS u ON u.tenantId = a.tenantId AND u.id = a.userId
        ORDER BY a.timestamp DESC, a.id DESC
        """
    }
}
