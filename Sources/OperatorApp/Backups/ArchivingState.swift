import HubColumns
import HubModel
import Postgres

/// How a running server does with the archiving of its WAL.
struct ArchivingState: Encodable, Sendable {
    /// Whether archive_mode is on and archive_command calls pgbackrest for this database.
    let isOn: Bool
    let command: String
    /// Segments that wait for being archived.
    let waiting: Int
    /// How long the oldest of them has waited, in seconds.
    let lagSeconds: Int
    let lastArchived: String?
    let lastArchivedAt: Timestamp?
    let failures: Int
    /// When it failed last, if nothing was archived since.
    let failingSince: Timestamp?

    /// Asks the server.
    static func ask(_ connection: PostgresConnection, stanza: String) async throws -> ArchivingState {
        let row = try await connection.query(
            """
            SELECT current_setting('archive_mode') <> 'off', current_setting('archive_command'),
                   (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'),
                   (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(modification)), 0)::int8
                    FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'),
                   last_archived_wal, last_archived_time, failed_count,
                   CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN last_failed_time END
            FROM pg_stat_archiver
            """
        ).single()
        let (mode, command, waiting, lag, wal, at, failures, failing) = try row.decode(
            (Bool.self, String.self, Int64.self, Int64.self, String?.self, Timestamp?.self, Int64.self, Timestamp?.self)
        )
        return ArchivingState(
            isOn: mode && command.contains("archive-push") && command.contains("--stanza=\(stanza)"),
            command: command,
            waiting: Int(waiting),
            lagSeconds: max(0, Int(lag)),
            lastArchived: wal,
            lastArchivedAt: at,
            failures: Int(failures),
            failingSince: failing
        )
    }
}
