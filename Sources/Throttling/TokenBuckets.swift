package import HubModel

/// A token bucket for each key, forgotten once it is full again.
///
/// At most so many are remembered; beyond that those that will be full soonest are forgotten, a tenth at a time, so that
/// a flood of new keys costs each of them little.
package struct TokenBuckets<Key: Hashable & Sendable>: Sendable {
    package let rate: TokenBucket.Rate
    private let capacity: Int
    private var buckets: [Key: TokenBucket] = [:]

    package init(rate: TokenBucket.Rate, capacity: Int = 10_000) {
        self.rate = rate
        self.capacity = capacity
    }

    package subscript(key: Key) -> TokenBucket {
        buckets[key] ?? TokenBucket()
    }

    package var count: Int { buckets.count }

    /// Takes one token of the key's bucket.
    ///
    /// - Returns: nil when there was one; else how long to wait for it.
    @specialized(where Key == TenantID)
    package mutating func take(_ key: Key, now: Timestamp) -> Duration? {
        // One that is not there is full, and so none is made in vain.
        if let wait = buckets[key, default: TokenBucket()].takeIfThere(at: rate, now: now) { return wait }
        if buckets.count > capacity { forget(now: now) }
        return nil
    }

    /// Puts back the token that a key has taken.
    package mutating func giveBack(_ key: Key, now: Timestamp) {
        var bucket = self[key]
        bucket.giveBack(at: rate)
        set(bucket, of: key, now: now)
    }

    package mutating func set(_ bucket: TokenBucket, of key: Key, now: Timestamp) {
        guard bucket.fullAt > now else {
            buckets.removeValue(forKey: key)
            return
        }
        buckets[key] = bucket
        if buckets.count > capacity { forget(now: now) }
    }

    // MARK: - Private

    private mutating func forget(now: Timestamp) {
        buckets = buckets.filter { $0.value.fullAt > now }
        let kept = capacity - capacity / 10
        guard buckets.count > kept else { return }
        let quietest = buckets.sorted { $0.value.fullAt < $1.value.fullAt }.prefix(buckets.count - kept)
        for (key, _) in quietest { buckets.removeValue(forKey: key) }
    }
}
