package import HubModel

/// The answer of `DELETE /api/tenants/{id}` on the apex host: the proof that the tenant is gone.
package struct TenantErasureView: Codable, Hashable, Sendable {
    package let id: ErasureID
    package let tenantId: TenantID
    /// It stays reserved, so that nobody takes over an old link.
    package let subdomain: Subdomain
    package let shard: ShardID
    package let region: RegionID
    package let erasedAt: Timestamp
    /// Rows by table of the shard's database, counted in the transaction that removed them, after which none were left.
    package let removed: [String: Int]

    package init(
        id: ErasureID,
        tenantId: TenantID,
        subdomain: Subdomain,
        shard: ShardID,
        region: RegionID,
        erasedAt: Timestamp,
        removed: [String: Int]
    ) {
        self.id = id
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.shard = shard
        self.region = region
        self.erasedAt = erasedAt
        self.removed = removed
    }
}
