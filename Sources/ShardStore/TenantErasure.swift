package import HubModel

/// Proof that a tenant was erased from a shard: what was there, counted in the transaction that removed it, after which
/// nothing was left.
package struct TenantErasure: Sendable {
    package struct Count: Hashable, Sendable {
        package let table: String
        package let rows: Int
    }

    package let tenant: TenantID
    /// A count for each table that holds rows of tenants; all are 0 when the tenant was not there.
    package let removed: [Count]
}
