package import FoundationEssentials
import HubColumns
package import HubModel
import Postgres

/// A row of the control plane's `audit_logs`.
package struct DirectoryAuditRecord: Sendable {
    package let id: AuditLogID
    package let tenant: TenantID?
    package let user: UserID?
    package let userName: String?
    package let action: String
    package let entity: String
    package let entityID: UUID?
    /// A JSON object.
    package let changes: String?
    package let timestamp: Timestamp
    package let clientAddress: String?
}

extension DirectoryAuditRecord {
    /// The columns in the order of ``init(_:)``, of `audit_logs AS a` and `users AS u`.
    static let columns = """
        a.id, a.tenantId, a.userId, u.fullName, a.action, a.entityType, a.entityId, a.changes::text, a.timestamp,
        a.ipAddress
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, tenant, user, userName, action, entity, entityID, changes, timestamp, clientAddress) = try row.decode(
            (
                AuditLogID.self, TenantID?.self, UserID?.self, String?.self, String.self, String.self, UUID?.self,
                String?.self,
                Timestamp.self, String?.self
            )
        )
    }
}
