import HubColumns
import HubModel
import Postgres

/// The tenant's audit trail, which is only ever added to.
package struct AuditTrail<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>
}

extension AuditTrail where Access == WriteAccess {
    /// Adds an entry, in the transaction of the change it records; actor and address are the context's.
    package func append(_ entry: AuditEntry) async throws(ShardError) {
        try await shard.query(.recording(entry, in: shard.context))
    }
}

extension PostgresQuery {
    /// The statement that adds an entry, once for each row of `source`; without a source, once.
    ///
    /// As the second part of a WITH statement whose first made `source`, the entry is written exactly if the change is.
    static func recording(
        _ entry: AuditEntry,
        in context: TenantContext,
        forEachRowOf source: String? = nil
    ) -> PostgresQuery {
        let origin: PostgresQuery = source.map { "FROM \(identifier: $0)" } ?? ""
        return """
            INSERT INTO audit_logs (id, tenantId, userId, action, entityType, entityId, changes, ipAddress)
            SELECT \(AuditLogID.fresh()), \(context.tenant), \(context.actor), \(entry.action.rawValue),
                   \(entry.entity.rawValue), \(entry.entityID), \(entry.changes.map { PostgresJSON(text: $0.json) }),
                   \(context.clientAddress)
            \(fragment: origin)
            """
    }
}
