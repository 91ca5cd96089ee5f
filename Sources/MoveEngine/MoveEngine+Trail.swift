import HubModel
import Postgres

extension MoveEngine {
    /// Keeps a verification up while the stream runs: compares the rows that the source has written since, and lets go of the
    /// log so far. The fewer there are at the switch, the sooner its check is done.
    ///
    /// - Parameter patience: how long a marker may take.
    /// - Throws: `.refused` if the verification has found something or has no slot: then verify again.
    package func refresh(
        _ verification: Verification,
        patience: Duration = .seconds(30)
    ) async throws(MoveError) -> Verification {
        guard verification.isEqual, verification.trail != nil else {
            throw MoveError(.refused, "the verification has found something, or has no slot; verify again")
        }
        let position = try await telling(source, "reading the log's position") {
            try await source.pool.query("SELECT pg_current_wal_flush_lsn()").single().decode(WALPosition.self, at: 0)
        }
        var refreshed = verification
        refreshed.unsettledRows = 0
        refreshed.changedRows = 0
        for selection in try await changes(upTo: position) {
            let judgement = try await settle(selection, patience: patience)
            if let mismatch = judgement.mismatch { refreshed.mismatches.append(mismatch) }
            refreshed.unsettledRows += judgement.unsettled
            refreshed.changedRows = (refreshed.changedRows ?? 0) + selection.count
        }
        if refreshed.isEqual && refreshed.unsettledRows == 0 { refreshed.trail = try await advanceTrail(to: position) }
        return refreshed
    }

    /// Has the source's log be kept from here on.
    ///
    /// - Returns: nil when open transactions keep the slot from being made.
    func layTrail(within limit: Duration) async throws(MoveError) -> WALPosition? {
        do throws(MoveError) {
            try await makeSlot(stream.trail, within: limit)
        } catch  where error.code == .late {
            return nil
        }
        return try await advanceTrail(to: nil)
    }

    /// Compares what the source has written since a verification, when nothing moves.
    func checkChanges(since verification: Verification) async throws(MoveError) -> Verification {
        var checked = verification
        checked.unsettledRows = 0
        checked.changedRows = 0
        for selection in try await changes(upTo: nil) {
            let (source, target) = try await both { side throws(MoveError) in try await rows(of: selection, at: side) }
            let keys = differences(source, target)
            if let mismatch = Verification.Mismatch(selection, keys, source, target) {
                checked.mismatches.append(mismatch)
            }
            checked.changedRows = (checked.changedRows ?? 0) + selection.count
        }
        return checked
    }

    // MARK: - Private

    /// What was written since the trail was laid, at most a few thousand rows at a time.
    private func changes(upTo position: WALPosition?) async throws(MoveError) -> [RowSelection] {
        let tables = try await carriedTables(at: source)
        let trail = try await telling(source, "reading what was written") {
            var trail = ChangeTrail(tables)
            let messages = try await source.pool.query(
                PostgresQuery(
                    """
                    SELECT data FROM pg_logical_slot_peek_binary_changes(\(stream.trail.description), \(position)::pg_lsn, NULL,
                      'proto_version', '1', 'publication_names', \(stream.description))
                    """
                ).unprepared
            )
            for message in messages { try trail.read(try message.decode([UInt8].self, at: 0)) }
            return trail
        }
        return tables.flatMap { table in
            let keys = (trail.keys[table.name] ?? []).sorted { $0.lexicographicallyPrecedes($1) }
            return stride(from: 0, to: keys.count, by: 5000).map { first in
                RowSelection.keys(table, Array(keys[first..<min(first + 5000, keys.count)]))
            }
        }
    }

    private func advanceTrail(to position: WALPosition?) async throws(MoveError) -> WALPosition {
        let doing = "advancing the slot \(stream.trail)"
        let rows = try await change(
            source,
            doing,
            [
                """
                SELECT (pg_replication_slot_advance(slot_name, coalesce(\(position)::pg_lsn, pg_current_wal_flush_lsn()))).end_lsn
                FROM pg_replication_slots WHERE slot_name = \(stream.trail.description)
                """
            ]
        )[0]
        return try await telling(source, doing) { try rows.single().decode(WALPosition.self, at: 0) }
    }
}

extension RowSelection {
    /// How many keys were asked for.
    fileprivate var count: Int {
        switch self {
        case .range(let range): range.rows
        case .keys(_, let keys): keys.count
        }
    }
}
