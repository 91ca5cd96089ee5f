/// What a backend did with the cache since it started.
package struct CacheCountsView: Codable, Hashable, Sendable {
    /// Items served from Redis.
    package let hits: Int
    /// Items read from PostgreSQL because Redis did not have them.
    package let misses: Int
    /// Items read from PostgreSQL because a write was about to commit, or the cache was not to be used.
    package let bypasses: Int
    /// Items put into Redis.
    package let fills: Int
    /// Values that were not what had been put there.
    package let refused: Int
    /// Writes that fenced what they changed.
    package let fences: Int
    /// How often it closed the gate.
    package let closings: Int
    /// Cached items that were compared with their rows, and how many of them differed.
    package let audited: Int
    package let inconsistent: Int

    package init(
        hits: Int,
        misses: Int,
        bypasses: Int,
        fills: Int,
        refused: Int,
        fences: Int,
        closings: Int,
        audited: Int,
        inconsistent: Int
    ) {
        self.hits = hits
        self.misses = misses
        self.bypasses = bypasses
        self.fills = fills
        self.refused = refused
        self.fences = fences
        self.closings = closings
        self.audited = audited
        self.inconsistent = inconsistent
    }
}

extension Sequence<CacheCountsView> {
    /// The share of all reads that Redis answered, 0–1 with four decimals; nil before the first read.
    package var hitRate: Double? {
        let hits = reduce(0) { $0 + $1.hits }
        let reads = reduce(hits) { $0 + $1.misses + $1.bypasses }
        return reads > 0 ? (Double(hits) / Double(reads) * 10_000).rounded() / 10_000 : nil
    }
}
