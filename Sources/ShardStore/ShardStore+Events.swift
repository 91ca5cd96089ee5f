package import HubModel
import Postgres

extension ShardStore {
    /// The heads of many tenants' logs, in one round trip; a tenant that is not here has none.
    package func eventHeads(of tenants: [TenantID]) async throws(ShardError) -> [EventHead] {
        try await answering {
            try await pool.query(
                """
                SELECT tenant, owner_epoch, owner_state, epoch, transaction, id FROM hub_event_heads(\(tenants))
                """
            ).map(EventHead.init)
        }
    }

    /// Removes old events of the context's tenant; see ``EventLog/prune(limit:)``.
    package func pruneEvents(_ context: TenantContext) async throws(ShardError) -> Int {
        try await writeOnce(context) { transaction throws(ShardError) in try await transaction.events.prune() }
    }
}
