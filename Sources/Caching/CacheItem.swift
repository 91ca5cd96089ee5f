/// One item in Redis; an absent one is none of these.
///
/// Values and fill leases have a time to live in Redis and may be evicted at any moment. A fence has none: under the
/// policy `volatile-lru`, the one that is allowed here, Redis neither evicts nor expires it. It ends with its
/// transaction: the writer removes it, or whoever learned from PostgreSQL that the transaction is over. So no clock of
/// Redis can let a reader fill what a slow commit is about to change.
package enum CacheItem<Value: Sendable>: Sendable {
    case value(Value, expiry: MonotonicTime)
    case lease(FillToken, expiry: MonotonicTime)
    /// The writers that may commit at any moment, and since when.
    case fence([WriterID: MonotonicTime])
}

/// What a reader learns of an item.
package enum CacheReading<Value: Sendable>: Sendable {
    case value(Value)
    /// The item was absent; the reader's own token stands there now.
    case leased
    /// Another reader is about to fill it.
    case leasedByAnother
    /// Writers are about to commit; those are named whose fences are so old that they may be gone.
    case fenced(doubtful: [WriterID])
}
