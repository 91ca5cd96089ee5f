import HubColumns
package import HubModel
import Postgres

/// Who serves a tenant on this shard, and where its event log ends.
package struct EventHead: Hashable, Sendable {
    package let tenant: TenantID
    package let epoch: Epoch
    package let state: OwnershipState
    /// The newest event; nil when there is none.
    package let newest: EventPosition?
}

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

extension EventHead {
    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        let newestEpoch: Epoch?, transaction: Int64?, id: AuditLogID?
        (tenant, epoch, state, newestEpoch, transaction, id) = try row.decode(
            (TenantID.self, Epoch.self, OwnershipState.self, Epoch?.self, Int64?.self, AuditLogID?.self)
        )
        newest =
            if let newestEpoch, let transaction, let id {
                EventPosition(epoch: newestEpoch, transaction: transaction, id: id)
            } else {
                nil
            }
    }
}
