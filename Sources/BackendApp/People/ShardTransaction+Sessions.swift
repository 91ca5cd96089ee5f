import HubModel
import ShardStore

extension ShardTransaction<ReadAccess> {
    /// The sessions of whoever asks.
    func ownSessions(_ window: ListWindow) async throws(ShardError) -> Listing<SessionRecord> {
        guard let person = context.actor else { return Listing(items: [], total: 0) }
        return try await sessions.list(of: person, window)
    }
}
