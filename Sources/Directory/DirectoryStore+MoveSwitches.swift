import HubColumns
package import HubModel
package import Moving
import Postgres

/// The switches of moves, and what routers held for them.
extension DirectoryStore {
    /// The committed switches of each move, in their order.
    package func switches(of moves: [MoveID]) async throws(DirectoryError) -> [MoveID: [MoveSwitch]] {
        guard !moves.isEmpty else { return [:] }
        let made = try await read(MoveSwitch.query(where: "s.moveId = ANY(\(moves.map(\.uuid)))"))[0]
            .map { row throws(PostgresError) in (try row.decode(MoveID.self, at: 0), try MoveSwitch(row)) }
        return Dictionary(grouping: made, by: \.0).mapValues { $0.map(\.1) }
    }

    /// From which epoch on requests were held for a switch or for its attempts that were undone, and for how long that
    /// has been so.
    ///
    /// - Parameter epoch: the one that the switch made.
    package func holdSpan(
        of move: MoveID,
        upTo epoch: Epoch
    ) async throws(DirectoryError) -> (start: Epoch, elapsed: Duration) {
        let rows = try await read(
            """
            SELECT start.epoch, extract(epoch FROM clock_timestamp() - coalesce(
                     (SELECT min(createdAt) FROM move_events
                      WHERE moveId = \(move) AND step = 'freeze' AND epoch >= start.epoch),
                     '-infinity'))::float8
            FROM (SELECT coalesce(
                    (SELECT max(epoch) FROM move_switches WHERE moveId = \(move) AND epoch < \(epoch)),
                    (SELECT min(epoch) FROM move_events WHERE moveId = \(move)), 1) AS epoch) AS start
            """
        )[0].map { row throws(PostgresError) in
            (try row.decode(Epoch.self, at: 0), try row.decode(Double.self, at: 1))
        }
        guard let (start, seconds) = rows.first else { throw DirectoryError(.notFound(.move), "there is no such move") }
        return (start, .seconds(seconds.isFinite ? max(0, seconds) : 1e9))
    }

    /// Notes what routers held for a switch. Who knew it once is believed when it does not know it any more.
    ///
    /// - Parameter epoch: the one that the switch made.
    package func noteHolds(
        of move: MoveID,
        epoch: Epoch,
        _ requests: HeldRequests
    ) async throws(DirectoryError) {
        guard !requests.routers.isEmpty else { return }
        try await mappingErrors {
            _ = try await pool.pipeline(
                requests.routers.map { name, count -> PostgresQuery in
                    """
                    INSERT INTO move_holds AS h (moveId, epoch, router, held, late, longestMicroseconds)
                    VALUES (\(move), \(epoch), \(name.rawValue), \(count?.held), \(count?.late),
                            \(count.map { Int64($0.longest / .microseconds(1)) }))
                    ON CONFLICT (moveId, epoch, router) DO UPDATE
                    SET held = greatest(h.held, excluded.held), late = greatest(h.late, excluded.late),
                        longestMicroseconds = greatest(h.longestMicroseconds, excluded.longestMicroseconds),
                        notedAt = excluded.notedAt
                    """
                }
            )
        }
    }
}
