package import HubModel

/// A tenant in a list of a report, by what the list is about: people, tasks or bytes.
package struct ReportTenantView: ReportedTenant, Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// Null for one that was erased meanwhile.
    @Nullable package var subdomain: Subdomain?
    package let region: RegionID
    package let shard: ShardID
    package let amount: Int64

    package init(tenantId: TenantID, subdomain: Subdomain?, region: RegionID, shard: ShardID, amount: Int64) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.region = region
        self.shard = shard
        self.amount = amount
    }
}
