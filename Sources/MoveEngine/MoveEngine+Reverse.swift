import HubColumns
package import HubModel
import Postgres

extension MoveEngine {
    /// Makes the publication and the slot of the stream that runs back, before the switch, while the target serves nobody.
    ///
    /// - Parameter limit: a slot waits for every transaction that is open on the server, whoever's it is.
    /// - Throws: `.late` when they take longer.
    package func openReverse(within limit: Duration = .seconds(60)) async throws(MoveError) {
        try await reversed.publish()
        try await reversed.makeSlot(reversed.stream, within: limit)
    }

    /// Has the stream that runs back begin after everything that has been applied to the target, which came from the source.
    ///
    /// Possible as long as the target serves nobody, and quick if it was done before: the log in between is read.
    ///
    /// - Returns: where it begins.
    /// - Throws: `.refused` when the target serves the tenant: what it has written must be carried back.
    package func advanceReverse() async throws(MoveError) -> LogPosition {
        let name = reversed.stream.description
        let rows = try await change(
            target,
            "advancing the slot \(name)",
            [
                Self.requireState(of: claim.tenant, .importing),
                """
                SELECT (pg_replication_slot_advance(slot_name, pg_current_wal_flush_lsn())).end_lsn
                FROM pg_replication_slots WHERE slot_name = \(name)
                """,
            ]
        )[1]
        return try await telling(target, "advancing the slot \(name)") {
            guard let row = rows.first else {
                throw MoveError(.notHeld, "\(target.shard) has no slot \(name)", at: target.shard)
            }
            return try row.decode(LogPosition.self, at: 0)
        }
    }

    /// Has the source follow the target: ends the stream that led here, and subscribes the source to the one that runs back.
    package func followReverse() async throws(MoveError) {
        try await dropStream()
        try await reversed.subscribe()
    }

    /// Removes the stream that runs back.
    package func dropReverse() async throws(MoveError) {
        try await reversed.dropStream()
    }
}
