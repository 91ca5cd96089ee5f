import HubColumns
package import HubModel
package import Moving
import Postgres

/// What movers write. Everything is conditional on the attempt, and what changes the tenant's row changes the journal's
/// in the same transaction.
extension DirectoryStore {
    /// Takes moves that want a mover and have none, each under its next attempt.
    ///
    /// - Parameters:
    ///   - holder: the control process that takes them.
    ///   - lease: how long they are its own, unless it says that it goes on.
    package func claimMoves(
        for holder: ProcessName,
        lease: Duration,
        limit: Int
    ) async throws(DirectoryError) -> [DirectoryMove] {
        guard limit > 0 else { return [] }
        return try await mappingErrors {
            try await pool.query(
                """
                WITH claimed AS (
                  UPDATE moves SET attempt = attempt + 1, holder = \(holder.rawValue),
                         leaseUntil = clock_timestamp() + make_interval(secs => \(lease / .seconds(1)))
                  WHERE id IN (
                    SELECT id FROM moves WHERE leaseUntil < clock_timestamp()
                      AND state NOT IN ('completed', 'cancelled', 'reversed')
                      AND (state NOT IN ('verified', 'switched', 'failed') OR wish IS NOT NULL)
                    ORDER BY leaseUntil, id LIMIT \(limit) FOR UPDATE SKIP LOCKED)
                  RETURNING *
                )
                SELECT \(unescaped: DirectoryMove.columns) FROM claimed AS m
                """
            ).map(DirectoryMove.init)
        }
    }

    /// Raises the attempt of a move that the holder has, or had: whatever it did before cannot come to pass any more.
    ///
    /// - Throws: `.superseded` when another has taken it.
    package func retakeMove(
        _ id: MoveID,
        after attempt: MoveAttempt,
        for holder: ProcessName,
        lease: Duration
    ) async throws(DirectoryError) -> MoveRecord {
        let moves = try await mappingErrors {
            try await pool.query(
                """
                UPDATE moves AS m SET attempt = attempt + 1,
                       leaseUntil = clock_timestamp() + make_interval(secs => \(lease / .seconds(1)))
                WHERE id = \(id) AND attempt = \(attempt.rawValue) AND holder = \(holder.rawValue)
                RETURNING \(unescaped: MoveRecord.columns)
                """
            ).map(MoveRecord.init)
        }
        guard let move = moves.first else { throw .superseded }
        return move
    }

    /// Says that the holder still works at it, and how far it is.
    ///
    /// - Parameter progress: JSON; nil leaves what is there.
    /// - Returns: what is wished of the move.
    /// - Throws: `.superseded` when another has taken it.
    package func renewMove(
        _ id: MoveID,
        _ attempt: MoveAttempt,
        lease: Duration,
        progress: String?
    ) async throws(DirectoryError) -> MoveWish? {
        let wishes = try await mappingErrors {
            try await pool.query(
                """
                UPDATE moves SET leaseUntil = clock_timestamp() + make_interval(secs => \(lease / .seconds(1))),
                       progress = coalesce(\(progress.map { PostgresJSON(text: $0) }), progress)
                WHERE id = \(id) AND attempt = \(attempt.rawValue) RETURNING wish
                """
            ).map { row throws(PostgresError) in try row.decode(String?.self, at: 0) }
        }
        guard let wish = wishes.first else { throw .superseded }
        return wish.flatMap(MoveWish.init)
    }

    /// Lets a move go that has nothing to be done; the next wish has it taken again.
    package func leaveMove(_ id: MoveID, _ attempt: MoveAttempt) async throws(DirectoryError) {
        try await mappingErrors {
            _ = try await pool.query(
                "UPDATE moves SET leaseUntil = '-infinity' WHERE id = \(id) AND attempt = \(attempt.rawValue)"
            )
        }
    }

    /// Makes the journal's row the record.
    ///
    /// - Parameter wish: the one that the record was decided by; when there is another now, nothing is written.
    /// - Throws: `.superseded`; `.conflict` when there is another wish.
    package func journal(_ record: MoveRecord, decidedBy wish: MoveWish?) async throws(DirectoryError) {
        let changed = try await mappingErrors {
            try await pool.query(
                """
                UPDATE moves SET \(fragment: record.assignments)
                WHERE id = \(record.id) AND attempt = \(record.attempt.rawValue)
                  AND wish IS NOT DISTINCT FROM \(wish?.rawValue)
                """
            ).affectedRows
        }
        if changed == 1 { return }
        let isOurs = try await read(
            "SELECT EXISTS (SELECT FROM moves WHERE id = \(record.id) AND attempt = \(record.attempt.rawValue))"
        )[0].value(Bool.self)
        throw isOurs ? DirectoryError(.conflict, "something else is wished of the move now") : .superseded
    }

    /// Has routers hold the tenant's requests; what it was is remembered.
    ///
    /// - Throws: `.superseded`; `.conflict` when the tenant is being erased or is not where the record says.
    package func hold(_ record: MoveRecord, then next: MoveRecord) async throws(DirectoryError) {
        try await change { transaction in
            try await transaction.requireMove(record)
            let changed = try await transaction.pipeline([
                """
                UPDATE moves SET \(fragment: next.assignments),
                       stateBeforeHold = (SELECT state FROM tenants WHERE id = \(record.tenant))
                WHERE id = \(record.id)
                """,
                """
                UPDATE tenants SET state = 'held', updatedAt = now()
                WHERE id = \(record.tenant) AND shard = \(record.shard(record.giving)) AND epoch = \(record.epoch)
                  AND state IN ('active', 'suspended')
                """,
            ])[1].affectedRows
            guard changed == 1 else { throw DirectoryError.elsewhere(record) }
        }
    }

    /// THE POINT OF NO RETURN: names the receiving shard, at the next epoch. The tenant is still held.
    ///
    /// - Parameter tables: what was compared in the pause, for the certificate.
    /// - Throws: `.superseded`; `.conflict` when the tenant is not where the record says.
    package func commit(
        _ record: MoveRecord,
        then next: MoveRecord,
        comparing tables: [TableComparison]
    ) async throws(DirectoryError) {
        try await change { transaction in
            try await transaction.requireMove(record)
            let changed = try await transaction.pipeline([
                """
                UPDATE tenants SET shard = \(record.shard(record.receiving)), epoch = \(record.epoch.next), updatedAt = now()
                WHERE id = \(record.tenant) AND shard = \(record.shard(record.giving)) AND epoch = \(record.epoch)
                  AND state = 'held'
                """,
                "UPDATE moves SET \(fragment: next.assignments) WHERE id = \(record.id)",
                """
                INSERT INTO move_switches (moveId, epoch, direction, mark, tables)
                VALUES (\(record.id), \(record.epoch.next), \(record.direction.rawValue),
                        \(record.mark?.description ?? ""), \(PostgresJSON(text: tables.json)))
                ON CONFLICT DO NOTHING
                """,
            ])[0].affectedRows
            guard changed == 1 else { throw DirectoryError.elsewhere(record) }
        }
    }

    /// Makes the tenant what it was before the hold: routers let its requests go to the receiving shard.
    package func release(_ record: MoveRecord, then next: MoveRecord) async throws(DirectoryError) {
        try await lift(record, then: next, shard: record.shard(record.receiving), epoch: record.epoch)
    }

    /// Makes the tenant what it was before the hold, where it was, at the next epoch.
    package func unhold(_ record: MoveRecord, then next: MoveRecord) async throws(DirectoryError) {
        try await lift(record, then: next, shard: record.shard(record.giving), epoch: record.epoch.next)
    }

    /// Notes how long people waited for a switch.
    ///
    /// - Parameter epoch: the one that the switch made.
    package func notePause(
        of move: MoveID,
        epoch: Epoch,
        _ pause: Duration
    ) async throws(DirectoryError) {
        try await mappingErrors {
            _ = try await pool.query(
                """
                UPDATE move_switches SET pauseMicroseconds = \(Int64(pause / .microseconds(1)))
                WHERE moveId = \(move) AND epoch = \(epoch)
                """
            )
        }
    }

    /// The moves that may have publications, slots and subscriptions, as a janitor has to know.
    package func movesWithStreams() async throws(DirectoryError) -> [MoveRecord] {
        let states = MoveState.allCases.filter(\.permitsStreams).map(\.rawValue)
        return try await read(
            "SELECT \(unescaped: MoveRecord.columns) FROM moves AS m WHERE m.state = ANY(\(states))"
        )[0].map(MoveRecord.init)
    }

    // MARK: - Private

    /// - Parameter epoch: from now on.
    private func lift(
        _ record: MoveRecord,
        then next: MoveRecord,
        shard: ShardID,
        epoch: Epoch
    ) async throws(DirectoryError) {
        try await change { transaction in
            try await transaction.requireMove(record)
            let changed = try await transaction.pipeline([
                """
                UPDATE tenants AS t
                SET state = coalesce((SELECT stateBeforeHold FROM moves WHERE id = \(record.id)), 'active'),
                    epoch = \(epoch), updatedAt = now()
                WHERE id = \(record.tenant) AND shard = \(shard) AND epoch = \(record.epoch) AND state = 'held'
                """,
                "UPDATE moves SET \(fragment: next.assignments), stateBeforeHold = NULL WHERE id = \(record.id)",
            ])[0].affectedRows
            guard changed == 1 else { throw DirectoryError.elsewhere(record) }
        }
    }
}

extension DirectoryError {
    /// Another mover has the move.
    fileprivate static var superseded: DirectoryError {
        DirectoryError(.superseded, "another process has taken the move over")
    }

    fileprivate static func elsewhere(_ record: MoveRecord) -> DirectoryError {
        DirectoryError(
            .conflict,
            "the directory does not have the tenant as move \(record.id) left it: it was suspended, erased or changed by hand"
        )
    }
}

extension DirectoryTransaction {
    /// - Throws: `.superseded` unless the record's attempt has the move; it has it until the transaction ends then.
    func requireMove(_ record: MoveRecord) async throws(DirectoryError) {
        let attempt = try await query("SELECT attempt FROM moves WHERE id = \(record.id) FOR UPDATE")
            .map { row throws(PostgresError) in try row.decode(Int64.self, at: 0) }
        guard attempt.first == record.attempt.rawValue else { throw .superseded }
    }
}
