/// What one backend asked its shard's cache, since it started.
package struct CacheServerStatistics: Hashable, Sendable {
    /// Commands run, whatever came of them.
    package var commands = 0
    /// Commands that got no usable answer.
    package var errors = 0
    /// Items found that no backend of this shard put there: values with a wrong seal, and what is no item at all.
    package var refused = 0

    package init() {}
}
