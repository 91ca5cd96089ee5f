import HubColumns
import HubModel
import Postgres

extension TimelinePosition {
    /// How far the primary's log is flushed, which it is past every transaction that can be seen; a replica refuses to say.
    static let ofPrimary: PostgresQuery = "SELECT \(fragment: timelineOfPrimary), pg_current_wal_flush_lsn()"

    /// An expression for the primary's timeline, as an integer: the first eight digits of the name of its log's file.
    static let timelineOfPrimary: PostgresQuery =
        "('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::integer"

    /// How far a replica has replayed; no row from a server that follows no primary.
    static let ofReplica: PostgresQuery = "SELECT timeline, replayed FROM hub_replica_position()"

    init(row: PostgresRow) throws(PostgresError) {
        let (timeline, log) = try row.decode((Int32.self, LogPosition.self))
        self.init(timeline: UInt32(bitPattern: timeline), log: log)
    }
}
