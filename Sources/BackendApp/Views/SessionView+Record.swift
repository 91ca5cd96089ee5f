import HubModel
import HubWire
import ShardStore

extension SessionView {
    /// - Parameter person: who asks, in a session of their own.
    init(_ session: SessionRecord, for person: Person) {
        self.init(
            id: session.id,
            createdAt: session.createdAt,
            lastUsedAt: session.lastUsedAt,
            expiresAt: session.expiresAt,
            clientAddress: session.clientAddress,
            isCurrent: session.id == person.session,
            impersonatedBy: session.impersonator
        )
    }
}
