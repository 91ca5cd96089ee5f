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

extension EventHead {
    init(_ row: PostgresRow) throws(PostgresError) {
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
