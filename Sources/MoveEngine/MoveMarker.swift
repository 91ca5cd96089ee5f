import HubColumns
package import HubModel
import Postgres

/// A row of `move_markers` on its way: where it has arrived, everything committed before it has arrived too.
package struct MoveMarker: Hashable, Sendable {
    package let number: Int64
    /// A place in the source's log after all that was committed before the marker was begun.
    package let position: LogPosition
}

extension MoveEngine {
    /// Writes a marker at the source, and removes the move's older ones.
    ///
    /// In a switch it must come after the freeze, whose end is then before the marker's position.
    package func mark() async throws(MoveError) -> MoveMarker {
        let doing = "writing a marker"
        let rows = try await change(
            source,
            doing,
            [
                // Streams of a verification mark at once, and each needs a number of its own.
                "SELECT pg_advisory_xact_lock(18436, hub_tenant_lock_key(\(claim.tenant)))",
                "SELECT pg_current_wal_insert_lsn()",
                """
                INSERT INTO move_markers (tenantId, moveId, number)
                SELECT \(claim.tenant), \(claim.move), coalesce(max(number), 0) + 1 FROM move_markers
                WHERE tenantId = \(claim.tenant) AND moveId = \(claim.move) RETURNING number
                """,
                """
                DELETE FROM move_markers AS old USING move_markers AS new
                WHERE old.tenantId = \(claim.tenant) AND old.moveId = \(claim.move) AND new.tenantId = old.tenantId
                  AND new.moveId = old.moveId AND new.number > old.number + 1
                """,
            ]
        )
        return try await telling(source, doing) {
            MoveMarker(
                number: try rows[2].single().decode(Int64.self, at: 0),
                position: try rows[1].single().decode(LogPosition.self, at: 0)
            )
        }
    }

    /// Waits until the marker is on the target: everything committed at the source before it is applied.
    ///
    /// - Throws: `.late`; `.stopped` when the stream has ended with an error.
    package func awaitMarker(_ marker: MoveMarker, within limit: Duration) async throws(MoveError) {
        try await arrival(of: marker, isDurable: false, within: limit)
    }

    /// Waits until the marker is on the target and everything before it is durable there.
    ///
    /// - Throws: as ``awaitMarker(_:within:)``.
    package func drain(_ marker: MoveMarker, within limit: Duration) async throws(MoveError) {
        try await arrival(of: marker, isDurable: true, within: limit)
    }

    // MARK: - Private

    private func arrival(
        of marker: MoveMarker,
        isDurable: Bool,
        within limit: Duration
    ) async throws(MoveError) {
        var questions = 0
        var hasArrived = false
        _ = try await wait(for: "the marker to arrive at \(target.shard)", within: limit, every: .milliseconds(2)) {
            () throws(MoveError) -> Bool? in
            if !hasArrived { hasArrived = try await isThere(marker) }
            if hasArrived {
                if !isDurable { return true }
                if try await isConfirmed(marker) { return true }
            }
            questions += 1
            if questions % 32 == 0, case .stopped(let reason) = try await subscriptionState() {
                throw MoveError(.stopped, reason, at: target.shard)
            }
            return nil
        }
    }

    private func isThere(_ marker: MoveMarker) async throws(MoveError) -> Bool {
        try await telling(target, "waiting for the marker") {
            try await target.pool.query(
                """
                SELECT EXISTS (SELECT FROM move_markers WHERE tenantId = \(claim.tenant) AND moveId = \(claim.move)
                               AND number >= \(marker.number))
                """
            ).single().decode(Bool.self, at: 0)
        }
    }

    private func isConfirmed(_ marker: MoveMarker) async throws(MoveError) -> Bool {
        try await telling(source, "waiting for the slot") {
            try await source.pool.query(
                """
                SELECT confirmed_flush_lsn >= \(marker.position)::pg_lsn FROM pg_replication_slots
                WHERE slot_name = \(stream.description)
                """
            ).first?.decode(Bool?.self, at: 0) == true
        }
    }
}
