import HubColumns
import HubModel
import Postgres

extension MoveEngine {
    /// Removes whatever copies up to this generation have left on both shards: streams, then the target's rows.
    ///
    /// - Throws: `.refused` when the target serves the tenant.
    package func clear() async throws(MoveError) {
        try await dropStreams()
        _ = try await deleteRows(at: target)
    }

    /// Removes every subscription, slot and publication of the move, in both directions and up to this generation. A shard
    /// that cannot be reached does not keep the other from being cleared.
    package func dropStreams() async throws(MoveError) {
        var failure: MoveError?
        for drop in [dropSubscriptions, dropSlots, dropPublications] {
            for side in [target, source] where failure?.shard != side.shard {
                do throws(MoveError) {
                    try await drop(side) { _ in true }
                } catch {
                    failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
    }

    /// Drops the move's subscriptions on a shard; the other shard need not be there, since its slot is not touched.
    func dropSubscriptions(at side: MoveSide, _ isMeant: (StreamName) -> Bool) async throws(MoveError) {
        let names = try await names(
            at: side,
            "SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        for name in names where isMeant(name) {
            _ = try await clearing(
                side,
                "dropping the subscription",
                [
                    "ALTER SUBSCRIPTION \(identifier: name.description) DISABLE",
                    "ALTER SUBSCRIPTION \(identifier: name.description) SET (slot_name = NONE)",
                    "DROP SUBSCRIPTION IF EXISTS \(identifier: name.description)",
                ]
            )
        }
    }

    /// Drops the move's slots on a shard, one that is still read by a subscriber included.
    func dropSlots(at side: MoveSide, _ isMeant: (StreamName) -> Bool) async throws(MoveError) {
        let known: PostgresQuery = "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"
        for name in try await names(at: side, known) where isMeant(name) {
            _ = try await wait(for: "the slot \(name) to be free", within: .seconds(10)) {
                () throws(MoveError) -> Bool? in
                do throws(MoveError) {
                    _ = try await clearing(
                        side,
                        "dropping the slot",
                        [
                            """
                            SELECT pg_terminate_backend(active_pid, 1000) FROM pg_replication_slots
                            WHERE slot_name = \(name.description) AND active_pid IS NOT NULL
                            """,
                            """
                            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                            WHERE slot_name = \(name.description)
                            """,
                        ]
                    )
                    return true
                } catch  where error.underlying?.isServerError("55006") == true {
                    return nil  // its subscriber has come back meanwhile
                }
            }
        }
    }

    /// Drops the move's publications on a shard.
    func dropPublications(at side: MoveSide, _ isMeant: (StreamName) -> Bool) async throws(MoveError) {
        for name in try await names(at: side, "SELECT pubname FROM pg_publication") where isMeant(name) {
            _ = try await clearing(
                side,
                "dropping the publication",
                ["DROP PUBLICATION IF EXISTS \(identifier: name.description)"]
            )
        }
    }

    // MARK: - Private

    /// The names of this move and of no later generation, among those of a catalog.
    private func names(at side: MoveSide, _ known: PostgresQuery) async throws(MoveError) -> [StreamName] {
        try await telling(side, "looking for what is left") {
            try await side.pool.query(known).compactMap { StreamName(try $0.decode(String.self, at: 0)) }
        }.filter { $0.move == claim.move && $0.generation <= claim.generation }
    }

    /// Changes what belongs to this move by its name, also when the ownership row is gone with the tenant.
    private func clearing(
        _ side: MoveSide,
        _ doing: String,
        _ queries: [PostgresQuery]
    ) async throws(MoveError) -> [PostgresRows] {
        try await telling(side, doing) {
            try await side.pool.transact(
                TransactionOptions(isolation: .readCommitted),
                prologue: [
                    .lockTimeout(.seconds(5)),
                    "SELECT hub_require_attempt(\(claim.move), \(claim.attempt))",
                    """
                    SELECT hub_require_move(tenantId, \(claim.move), \(claim.attempt)) FROM tenant_ownership
                    WHERE tenantId = \(claim.tenant)
                    """,
                ],
                queries.map(\.unprepared)
            )
        }
    }
}
