package import FoundationEssentials
import HubColumns
package import HubModel
import Postgres

/// A row of the control plane's `audit_logs`.
package struct DirectoryAuditRecord: Sendable {
    package let id: AuditLogID
    package let tenant: TenantID?
    package let user: UserID?
    package let action: String
    package let entity: String
    package let entityID: UUID?
    /// A JSON object.
    package let changes: String?
    package let timestamp: Timestamp
    package let clientAddress: String?
}

extension DirectoryAuditRecord {
    static let columns = "id, tenantId, userId, action, entityType, entityId, changes::text, timestamp, ipAddress"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, tenant, user, action, entity, entityID, changes, timestamp, clientAddress) = try row.decode(
            (
                AuditLogID.self, TenantID?.self, UserID?.self, String.self, String.self, UUID?.self, String?.self,
                Timestamp.self, String?.self
            )
        )
    }
}
