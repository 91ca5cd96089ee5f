package import HubModel

/// The cache of a shard as super admins see it.
package struct ShardCacheView: Codable, Hashable, Sendable {
    package let shard: ShardID
    package let region: RegionID
    /// Of all its backends together, each since it started: 0–1; null before the first read.
    @Nullable package var hitRate: Double?
    package let backends: [BackendCacheView]
    /// Null while Redis does not answer, or no backend does.
    @Nullable package var server: CacheServerView?
    /// Those with the most bytes in the region's Redis first, at most as many as were asked for.
    package let tenants: [TenantCacheView]

    package init(
        shard: ShardID,
        region: RegionID,
        hitRate: Double?,
        backends: [BackendCacheView],
        server: CacheServerView?,
        tenants: [TenantCacheView]
    ) {
        self.shard = shard
        self.region = region
        self.hitRate = hitRate
        self.backends = backends
        self.server = server
        self.tenants = tenants
    }
}

/// What one backend of the shard knows of the cache.
package struct BackendCacheView: Codable, Hashable, Sendable {
    package let name: ProcessName
    /// Why nothing is known of it; null for one that answers.
    @Nullable package var error: String?
    @Nullable package var gate: CacheGateView?
    @Nullable package var counts: CacheCountsView?
    /// 0–1 since it started; null before the first read.
    @Nullable package var hitRate: Double?

    /// One that does not answer.
    package init(name: ProcessName, error: String) {
        self.name = name
        self.error = error
        (gate, counts, hitRate) = (nil, nil, nil)
    }

    package init(name: ProcessName, gate: CacheGateView, counts: CacheCountsView) {
        self.name = name
        error = nil
        self.gate = gate
        self.counts = counts
        hitRate = CollectionOfOne(counts).hitRate
    }
}

/// What one tenant has in the region's Redis.
package struct TenantCacheView: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// Null for one that is gone, whose keys will be soon.
    @Nullable package var subdomain: Subdomain?
    package let keys: Int
    /// As `MEMORY USAGE` of Redis counts.
    package let bytes: Int

    package init(tenantId: TenantID, subdomain: Subdomain?, keys: Int, bytes: Int) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.keys = keys
        self.bytes = bytes
    }
}
