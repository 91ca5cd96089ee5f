package import HubModel

/// Proof that a tenant was erased from a shard: what was there, counted in the transaction that removed it, after which
/// nothing was left.
package struct TenantErasure: Sendable {
    /// How many rows each table held that holds rows of tenants; all are 0 when the tenant was not there.
    package let removed: [String: Int]
    package let erasedAt: Timestamp
}
