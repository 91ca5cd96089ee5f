package import HubModel

/// A shard: one PostgreSQL primary with the tenants it holds.
package struct ShardDescription: Hashable, Sendable {
    package let id: ShardID
    package let region: RegionID
    /// The primary and its standbys; the first that accepts writes is used.
    package let endpoints: [Endpoint]
    package let database: String
    /// Its share of new tenants, relative to the other open shards of the region; 0 takes none.
    package let weight: Int
    /// The state it is added to the directory with; from then on the directory's word counts.
    package let state: ShardState
}
