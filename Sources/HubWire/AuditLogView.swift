package import HubModel

/// An entry of a tenant's audit trail as the API shows one.
package struct AuditLogView: Codable, Hashable, Sendable {
    package let id: AuditLogID
    package let timestamp: Timestamp
    /// Null for an entry of nobody, or of a user who was deleted.
    @Nullable package var user: PersonView?
    package let action: String
    package let entityType: String
    @Nullable package var entityId: ObjectID?
    /// The object before and after the change, as far as there is one.
    @Nullable package var changes: JSONValue?
    @Nullable package var ipAddress: String?

    package init(
        id: AuditLogID,
        timestamp: Timestamp,
        user: PersonView?,
        action: String,
        entityType: String,
        entityId: ObjectID?,
        changes: JSONValue?,
        ipAddress: String?
    ) {
        self.id = id
        self.timestamp = timestamp
        self.user = user
        self.action = action
        self.entityType = entityType
        self.entityId = entityId
        self.changes = changes
        self.ipAddress = ipAddress
    }
}
