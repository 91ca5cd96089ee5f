import HubModel
import HubWire
import ShardStore

extension AuditLogView {
    init(_ entry: AuditRecord) {
        self.init(
            id: entry.id,
            timestamp: entry.timestamp,
            user: entry.user.map(PersonView.init),
            action: entry.action,
            entityType: entry.entityType,
            entityId: entry.entityID.map { ObjectID($0) },
            changes: entry.changes.flatMap { try? WireJSON.decode(JSONValue.self, from: $0.utf8) },
            ipAddress: entry.ipAddress
        )
    }
}
