import Caching

/// What a read learned of some items, and where from.
struct ItemReading: Sendable {
    let subjects: [CacheSubject]
    /// In the order of the subjects.
    let values: [CachedBytes]
    /// Marks what this read took from the rows.
    let token: FillToken

    /// How many values came from Redis.
    var hits: Int { values.count { $0.fill != token } }
}
