import HubColumns
import HubModel
import Postgres

extension PostgresQuery {
    /// Reads one of a tenant's limits, and keeps its row until the transaction ends: others that create something under a
    /// limit, or change it, wait. (Foreign keys to the row do not: they take a weaker lock.)
    static func lockingLimit(_ column: String, of tenant: TenantID) -> PostgresQuery {
        "SELECT \(unescaped: column) FROM tenants WHERE id = \(tenant) FOR NO KEY UPDATE"
    }
}

extension ShardError {
    /// The error of a creation that the limit refused, from the answers of the queries around it.
    static func limitReached(
        _ entity: ShardEntity,
        limit: PostgresRows,
        used: PostgresRows
    ) throws(ShardError) -> ShardError {
        guard !limit.isEmpty else { return ShardError(.notFound(.tenant), "the tenant does not exist") }
        let (limit, used) = (try limit.value(Int.self), try used.value(Int.self))
        return ShardError(
            .limitReached(entity, limit: limit, used: used),
            "the tenant has \(used) of \(limit) \(entity.rawValue)s"
        )
    }
}
