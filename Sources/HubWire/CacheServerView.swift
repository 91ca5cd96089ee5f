/// A region's Redis, by what it says of itself. Shards of one region share it.
package struct CacheServerView: Codable, Hashable, Sendable {
    package let usedBytes: Int
    /// Null when nothing limits it but the machine.
    @Nullable package var maximumBytes: Int?
    /// Keys that were dropped for want of room since it started.
    package let evictions: Int

    package init(usedBytes: Int, maximumBytes: Int?, evictions: Int) {
        self.usedBytes = usedBytes
        self.maximumBytes = maximumBytes
        self.evictions = evictions
    }
}
