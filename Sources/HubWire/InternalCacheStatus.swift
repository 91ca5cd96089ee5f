package import HubModel

/// The answer of `GET /internal/cache?tenants={n}`: how the cache of a shard is doing, as one backend sees it.
package struct InternalCacheStatus: Codable, Hashable, Sendable {
    package let gate: CacheGateView
    package let counts: CacheCountsView
    /// Null while Redis does not answer.
    @Nullable package var server: CacheServerView?
    /// At most as many as were asked for, those with the most bytes first.
    package let tenants: [InternalCacheShare]

    package init(
        gate: CacheGateView,
        counts: CacheCountsView,
        server: CacheServerView?,
        tenants: [InternalCacheShare]
    ) {
        self.gate = gate
        self.counts = counts
        self.server = server
        self.tenants = tenants
    }

    /// How many tenants may be asked for.
    package static let allowedTenants = 0...100
}

/// What one tenant has in Redis.
package struct InternalCacheShare: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    package let keys: Int
    /// As `MEMORY USAGE` of Redis counts.
    package let bytes: Int

    package init(tenantId: TenantID, keys: Int, bytes: Int) {
        self.tenantId = tenantId
        self.keys = keys
        self.bytes = bytes
    }
}
