import HubColumns
import HubModel
import Postgres
import ShardStore

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
        // Without it a reader of the trail would begin up to a quarter of a minute back.
        await source.pool.noteRunningTransactions(as: "hub_snapshot_" + claim.move.description.replacing("-", with: ""))
        let position = try await telling(source, "reading the log's position") {
            try await source.pool.query("SELECT pg_current_wal_flush_lsn()").single().decode(LogPosition.self, at: 0)
        }
        var refreshed = verification
        refreshed.unsettledRows = 0
        refreshed.changedRows = 0
        for selection in try await changes(of: verification.catalog, upTo: position) {
            let judgement = try await settle(selection, patience: patience)
            if let mismatch = judgement.mismatch { refreshed.mismatches.append(mismatch) }
            refreshed.unsettledRows += judgement.unsettled
            refreshed.changedRows = (refreshed.changedRows ?? 0) + selection.count
        }
        // A row that could not be settled has changed since that position, so the next check looks at it again.
        if refreshed.isEqual {
            // By the first the slot learns of what was noted above, by the second it begins there.
            for _ in 0..<2 { refreshed.trail = try await advanceTrail(to: position) }
        }
        return refreshed
    }

    /// Has the source's log be kept from here on.
    ///
    /// - Returns: nil when open transactions keep the slot from being made.
    func layTrail(within limit: Duration) async throws(MoveError) -> LogPosition? {
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
        let changes = try await changes(of: verification.catalog, upTo: nil)
        checked.changedRows = changes.reduce(0) { $0 + $1.count }
        for index in checked.tables.indices {
            let name = checked.tables[index].name
            checked.tables[index].changedRows = changes.reduce(0) { $0 + ($1.table.name == name ? $1.count : 0) }
        }
        do {
            checked.mismatches += try await withThrowingTaskGroup(of: Verification.Mismatch?.self) { group in
                for selection in changes {
                    group.addTask {
                        let (source, target) = try await both { side throws(MoveError) in
                            try await rows(of: selection, at: side)
                        }
                        return Verification.Mismatch(selection, differences(source, target), source, target)
                    }
                }
                return try await group.reduce(into: []) { found, mismatch in mismatch.map { found.append($0) } }
            }
        } catch let error as MoveError {
            throw error
        } catch {
            throw MoveError(.cancelled, "the comparison was cancelled")
        }
        return checked
    }

    // MARK: - Private

    /// What was written since the trail was laid, at most a few thousand rows at a time.
    private func changes(
        of tables: [CarriedTable],
        upTo position: LogPosition?
    ) async throws(MoveError) -> [RowSelection] {
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

    private func advanceTrail(to position: LogPosition?) async throws(MoveError) -> LogPosition {
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
        return try await telling(source, doing) { try rows.single().decode(LogPosition.self, at: 0) }
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
