/// How well a shard or one of its backends serves.
package enum ShardHealth: String, CaseIterable, Codable, Sendable {
    case up
    /// Served, by fewer backends than there should be.
    case degraded
    case down
}
