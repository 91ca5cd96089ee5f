import HubModel
import HubWire
import ShardStore

extension EventView {
    init(_ event: EventRecord) {
        self.init(
            timestamp: event.timestamp,
            action: event.action,
            entityType: event.entityType,
            entityId: event.entityID.map { ObjectID($0) },
            userId: event.user,
            projectId: event.project
        )
    }
}
