import HubColumns
package import HubModel
import Postgres

/// Where a tenant is, and where its audit chain is.
package struct AuditPlace: Sendable {
    package let tenant: TenantID
    /// The region of its shard; nil for a tenant that is not known, or not any more.
    package let home: RegionID?
    /// The region whose store its chain is sealed in; nil before the first.
    package let chain: RegionID?
    /// Of the last transfer of the chain.
    package let attempt: Int
    /// Whether a move of its is not over, and may go back.
    package let isMoving: Bool
    /// Whether it was erased.
    package let isErased: Bool
}

extension AuditPlace {
    init(_ row: PostgresRow) throws(PostgresError) {
        (tenant, home, chain, attempt, isMoving, isErased) = try row.decode(
            (TenantID.self, RegionID?.self, RegionID?.self, Int.self, Bool.self, Bool.self)
        )
    }
}
