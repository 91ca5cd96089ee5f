import HubColumns
import HubModel
import Postgres

extension MoveEngine {
    /// Takes the tenant for the move and this attempt on both shards; the target gets an ownership row, importing.
    ///
    /// Sessions of older attempts are ended, so that none holds a lock or copies on.
    ///
    /// - Throws: `.superseded`; `.notHeld` when another move holds the tenant, or the move has ended; `.refused` when the
    ///   source does not serve the tenant or the target does.
    package func claimTenant() async throws(MoveError) {
        try await claimSource()
        try await claimTarget()
    }

    private func claimSource() async throws(MoveError) {
        try await take(at: source) { side throws(MoveError) in
            try await self.raise(
                side,
                toTake: true,
                """
                moveId = \(claim.move) AND attempt <= \(claim.attempt)
                OR moveId IS DISTINCT FROM \(claim.move) AND attempt IS NULL AND state = 'active'
                """
            )
        }
    }

    private func claimTarget() async throws(MoveError) {
        try await take(at: target) { side throws(MoveError) in
            try await telling(side, "claiming the tenant") {
                try await side.pool.transact([
                    .lockTimeout(.seconds(2)),
                    raising(toTake: true),
                    """
                    INSERT INTO tenant_ownership (tenantId, epoch, state, moveId, attempt)
                    VALUES (\(claim.tenant), 1, 'importing', \(claim.move), \(claim.attempt))
                    ON CONFLICT (tenantId) DO UPDATE SET attempt = excluded.attempt, updatedAt = now()
                    WHERE tenant_ownership.moveId = excluded.moveId AND tenant_ownership.attempt <= excluded.attempt
                    """,
                ])[2].affectedRows == 1
            }
        }
    }

    /// Raises the attempt wherever the move still holds the tenant: what an adopter does first, whatever the state.
    ///
    /// - Throws: `.superseded`.
    package func adopt() async throws(MoveError) {
        for side in [source, target] { try await adopt(at: side) }
    }

    private func adopt(at side: MoveSide) async throws(MoveError) {
        try await endSessions(at: side)
        let isRaised = try await raise(side, toTake: false, "moveId = \(claim.move) AND attempt <= \(claim.attempt)")
        if !isRaised, case .superseded(let error) = try await standing(at: side) { throw error }
        try await endSessions(at: side)
    }

    /// Raises the attempt on one shard: what a mover does before its first change there.
    ///
    /// - Parameter isNew: whether the move may not hold the tenant there yet.
    /// - Throws: `.superseded`; as ``claimTenant()`` when the move is new there.
    package func claim(at side: MoveSide, isNew: Bool) async throws(MoveError) {
        switch (isNew, side.shard == source.shard) {
        case (true, true): try await claimSource()
        case (true, false): try await claimTarget()
        case (false, _): try await adopt(at: side)
        }
    }

    /// Gives the tenant up on a shard that it stays on, for ever: the move can never hold it there again.
    package func release(at side: MoveSide) async throws(MoveError) {
        let doing = "releasing the tenant"
        let released = try await telling(side, doing) {
            try await side.pool.transact([
                .lockTimeout(.seconds(5)),
                """
                UPDATE tenant_ownership SET attempt = NULL, updatedAt = now()
                WHERE tenantId = \(claim.tenant) AND moveId = \(claim.move) AND attempt <= \(claim.attempt)
                """,
                ending,
            ])[1].affectedRows
        }
        if released == 0, case .superseded(let error) = try await standing(at: side) { throw error }
    }

    /// Removes the ownership row of a shard that the tenant is not on: one that imports, or that it has left.
    ///
    /// - Throws: `.refused` while rows of the tenant are there, or the shard serves it.
    package func removeOwnership(at side: MoveSide) async throws(MoveError) {
        let doing = "removing the ownership row"
        let rows = try await countRows(at: side).filter { $0.rows > 0 }
        guard rows.isEmpty else {
            let tables = rows.map(\.table).joined(separator: ", ")
            throw MoveError(.refused, "\(side.shard) still has rows of the tenant in \(tables)", at: side.shard)
        }
        let removed = try await telling(side, doing) {
            try await side.pool.transact([
                .lockTimeout(.seconds(5)),
                """
                WITH removed AS (
                  DELETE FROM tenant_ownership
                  WHERE tenantId = \(claim.tenant) AND moveId = \(claim.move) AND attempt <= \(claim.attempt)
                    AND state IN ('importing', 'left') RETURNING moveId)
                UPDATE move_attempts AS a SET hasEnded = true, updatedAt = now() FROM removed WHERE a.moveId = removed.moveId
                """,
            ])[1].affectedRows
        }
        guard removed == 0 else { return }
        switch try await standing(at: side) {
        case .absent: return
        case .superseded(let error), .other(let error): throw error
        case .held(let state):
            throw MoveError(
                .refused,
                "the tenant is \(state.rawValue) at \(side.shard), so its row stays",
                at: side.shard
            )
        }
    }

    /// The name of this mover's own sessions, by which an adopter ends them.
    var sessionName: String { "\(StreamName.prefix(of: claim.move))attempt_\(claim.attempt)" }

    // MARK: - Private

    /// What the ownership row of a shard says of the claim.
    private enum Standing {
        case absent
        case held(OwnershipState)
        case superseded(MoveError)
        case other(MoveError)
    }

    /// Claims the tenant, and waits a moment for the sessions of older attempts to let go of the row.
    private func take(
        at side: MoveSide,
        _ attempt: (MoveSide) async throws(MoveError) -> Bool
    ) async throws(MoveError) {
        var isTaken: Bool?
        for round in 0..<3 where isTaken == nil {
            try await endSessions(at: side)
            do throws(MoveError) {
                isTaken = try await attempt(side)
            } catch  where error.code == .late && round < 2 {
                continue
            }
        }
        if isTaken == true { return try await endSessions(at: side) }
        switch try await standing(at: side) {
        case .superseded(let error), .other(let error): throw error
        case .absent: throw MoveError(.notHeld, "\(side.shard) has no such tenant", at: side.shard)
        case .held: return
        }
    }

    private func raise(
        _ side: MoveSide,
        toTake: Bool,
        _ condition: PostgresQuery
    ) async throws(MoveError) -> Bool {
        try await telling(side, "claiming the tenant") {
            try await side.pool.transact([
                .lockTimeout(.seconds(2)),
                raising(toTake: toTake),
                """
                UPDATE tenant_ownership SET moveId = \(claim.move), attempt = \(claim.attempt), updatedAt = now()
                WHERE tenantId = \(claim.tenant) AND (\(fragment: condition))
                """,
            ])[2].affectedRows == 1
        }
    }

    /// Notes the attempt on a shard, where it outlives the ownership row: fails when there is a younger one.
    private func raising(toTake: Bool) -> PostgresQuery {
        "SELECT hub_raise_attempt(\(claim.move), \(claim.attempt), \(toTake))"
    }

    /// Notes that the move can never hold the tenant on a shard again.
    var ending: PostgresQuery {
        """
        UPDATE move_attempts SET hasEnded = true, updatedAt = now()
        WHERE moveId = \(claim.move) AND attempt <= \(claim.attempt)
        """
    }

    private func standing(at side: MoveSide) async throws(MoveError) -> Standing {
        let rows = try await telling(side, "reading the ownership row") {
            try await side.pool.query(
                "SELECT state, moveId, attempt FROM tenant_ownership WHERE tenantId = \(claim.tenant)"
            ).decode((OwnershipState.self, MoveID?.self, Int64?.self))
        }
        guard let (state, move, attempt) = rows.first else { return .absent }
        guard let move, let attempt else {
            let reason =
                move == claim.move
                ? "the move has ended at \(side.shard); start another"
                : "the tenant is \(state.rawValue) at \(side.shard) and in no move there"
            return .other(MoveError(move == claim.move ? .notHeld : .refused, reason, at: side.shard))
        }
        guard move == claim.move else {
            let reason = "move \(move) holds the tenant at \(side.shard); complete or cancel it first"
            return .other(MoveError(.notHeld, reason, at: side.shard))
        }
        guard attempt > claim.attempt else { return .held(state) }
        return .superseded(
            MoveError(
                .superseded,
                "attempt \(attempt) has taken the move over from attempt \(claim.attempt)",
                at: side.shard
            )
        )
    }

    /// Ends the sessions of older attempts.
    private func endSessions(at side: MoveSide) async throws(MoveError) {
        let prefix = "\(StreamName.prefix(of: claim.move))attempt_"
        _ = try await telling(side, "ending the sessions of older attempts") {
            try await side.pool.query(
                """
                SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
                WHERE CASE WHEN application_name ~ \("^\(prefix)[0-9]{1,18}$")
                      THEN substr(application_name, \(Int32(prefix.utf8.count + 1)))::bigint < \(claim.attempt) END
                """
            )
        }
    }
}
