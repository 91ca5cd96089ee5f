package import HubModel

/// The answer of `POST /api/cache/warm`: what became of the tenants of this call, and where the next one goes on.
package struct WarmCacheAnswer: Codable, Hashable, Sendable {
    /// How many this call was about: the warmed, the skipped and the failed ones.
    package let tenants: Int
    /// In a dry run, those that would be.
    package let warmed: Int
    package let skipped: Int
    package let failed: Int
    /// Items that are in a cache now and were not before.
    package let filled: Int
    /// Items that were there already.
    package let present: Int
    /// The first ``reasonLimit`` of those that were skipped, with the reason.
    package let skips: [UnwarmedTenantView]
    /// The first ``reasonLimit`` of those that failed, with the reason.
    package let failures: [UnwarmedTenantView]
    /// How many the selection has after these.
    package let remaining: Int
    /// What the next call says in `after`; null when there are no more.
    @Nullable package var next: TenantID?

    package static let reasonLimit = 20

    package init(
        tenants: Int,
        warmed: Int,
        skipped: Int,
        failed: Int,
        filled: Int,
        present: Int,
        skips: [UnwarmedTenantView],
        failures: [UnwarmedTenantView],
        remaining: Int,
        next: TenantID?
    ) {
        self.tenants = tenants
        self.warmed = warmed
        self.skipped = skipped
        self.failed = failed
        self.filled = filled
        self.present = present
        self.skips = skips
        self.failures = failures
        self.remaining = remaining
        self.next = next
    }
}

/// A tenant that was not warmed.
package struct UnwarmedTenantView: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    package let subdomain: Subdomain
    package let shard: ShardID
    package let reason: String

    package init(tenantId: TenantID, subdomain: Subdomain, shard: ShardID, reason: String) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.shard = shard
        self.reason = reason
    }
}
