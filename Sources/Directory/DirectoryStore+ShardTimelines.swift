import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// The timeline that the last failover of a shard began; nil when there was none.
    package func timeline(of shard: ShardID) async throws(DirectoryError) -> UInt32? {
        let rows = try await read("SELECT timeline FROM shard_timelines WHERE shard = \(shard)")[0]
        guard !rows.isEmpty else { return nil }
        return UInt32(truncatingIfNeeded: try rows.value(Int64.self))
    }

    /// Makes known that servers of a shard of older timelines are replaced from now on. It cannot be taken back.
    package func replace(_ shard: ShardID, olderThan timeline: UInt32) async throws(DirectoryError) {
        try await change { transaction in
            _ = try await transaction.query(
                """
                INSERT INTO shard_timelines (shard, timeline) VALUES (\(shard), \(Int64(timeline)))
                ON CONFLICT (shard) DO UPDATE SET timeline = excluded.timeline, changedAt = clock_timestamp()
                WHERE shard_timelines.timeline < excluded.timeline
                """
            )
        }
    }
}
