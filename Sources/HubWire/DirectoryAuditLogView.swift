package import HubModel

/// An entry of the control plane's audit trail as super admins see it.
package struct DirectoryAuditLogView: Codable, Hashable, Sendable {
    package let id: AuditLogID
    package let timestamp: Timestamp
    /// Null for an entry of the hub itself, of a person without an account, or of a super admin who was deleted.
    @Nullable package var user: PersonView?
    /// The tenant concerned, which may be gone.
    @Nullable package var tenantId: TenantID?
    package let action: String
    package let entityType: String
    @Nullable package var entityId: ObjectID?
    @Nullable package var changes: JSONValue?
    @Nullable package var ipAddress: String?

    package init(
        id: AuditLogID,
        timestamp: Timestamp,
        user: PersonView?,
        tenantId: TenantID?,
        action: String,
        entityType: String,
        entityId: ObjectID?,
        changes: JSONValue?,
        ipAddress: String?
    ) {
        self.id = id
        self.timestamp = timestamp
        self.user = user
        self.tenantId = tenantId
        self.action = action
        self.entityType = entityType
        self.entityId = entityId
        self.changes = changes
        self.ipAddress = ipAddress
    }
}
