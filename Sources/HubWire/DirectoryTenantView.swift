package import HubModel

/// A tenant as super admins see it.
package struct DirectoryTenantView: Codable, Hashable, Sendable {
    package let id: TenantID
    package let name: String
    package let subdomain: Subdomain
    package let shard: ShardID
    package let region: RegionID
    package let state: TenantState
    package let epoch: Epoch
    package let url: String
    package let createdAt: Timestamp
    /// What the tenant's shard knows of it: limits, usage, and the name its people gave it. Null in lists, and when the
    /// shard cannot be asked.
    @Nullable package var settings: InternalTenantSettings?

    package init(
        id: TenantID,
        name: String,
        subdomain: Subdomain,
        shard: ShardID,
        region: RegionID,
        state: TenantState,
        epoch: Epoch,
        url: String,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.subdomain = subdomain
        self.shard = shard
        self.region = region
        self.state = state
        self.epoch = epoch
        self.url = url
        self.createdAt = createdAt
        settings = nil
    }
}
