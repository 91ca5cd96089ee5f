/// What a shard's cache is used for.
package enum CacheMode: String, CaseIterable, Codable, Sendable {
    /// Reads use the cache.
    case on
    /// It is about to be off; writes wait a moment until nobody reads from it any more.
    case closing
    /// Everything is read from PostgreSQL.
    case off
}

/// A shard's gate, which says whether the cache is used, as one of its backends sees it.
package struct CacheGateView: Codable, Hashable, Sendable {
    /// How often it has been opened.
    package let epoch: Int64
    package let mode: CacheMode
    /// Whether this backend may use the cache at the moment.
    package let isLeased: Bool
    /// Why it was last closed, as far as this backend knows.
    @Nullable package var reason: String?
    /// Whether an operator keeps it shut until they open it again; null for a backend that does not say.
    @Nullable package var isHeld: Bool?

    package init(epoch: Int64, mode: CacheMode, isLeased: Bool, reason: String?, isHeld: Bool? = nil) {
        self.epoch = epoch
        self.mode = mode
        self.isLeased = isLeased
        self.reason = reason
        self.isHeld = isHeld
    }
}
