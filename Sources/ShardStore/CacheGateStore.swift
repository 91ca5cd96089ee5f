package import Caching
import HubColumns
import HubModel
package import Postgres

/// The row of a shard's database that says whether its cache is used: ``GateRow``, its verbs each one conditional UPDATE.
///
/// Its pool should be none for which tenants' transactions queue: a lease that is renewed late ends.
package struct CacheGateStore: Sendable {
    private let pool: PostgresPool
    private let timing: CacheTiming

    /// - Parameter pool: connections that log in as `hub_app`.
    package init(pool: PostgresPool, timing: CacheTiming = CacheTiming()) {
        self.pool = pool
        self.timing = timing
    }

    /// Reads the gate, and tells whether this backend objects to opening it, in one round trip.
    ///
    /// - Parameters:
    ///   - objecting: whether the backend cannot reach Redis. An objection lasts for ``CacheTiming/objection``, or until
    ///     the same backend observes without one.
    ///   - backend: its name, which no other of the shard has; 1–100 characters.
    package func observe(objecting: Bool, as backend: String) async throws(ShardError) -> GateObservation {
        let observations = try await answering { () throws(PostgresError) in
            try await pool.query(
                """
                WITH objection AS (
                  INSERT INTO cache_objections (backend, at) SELECT \(backend), clock_timestamp() WHERE \(objecting)
                  ON CONFLICT (backend) DO UPDATE SET at = excluded.at
                ), approval AS (
                  DELETE FROM cache_objections WHERE backend = \(backend) AND NOT \(objecting)
                )
                SELECT \(unescaped: GateRow.columns),
                       EXISTS (SELECT FROM cache_objections WHERE backend <> \(backend)
                               AND at > clock_timestamp() - make_interval(secs => \(timing.objection / .seconds(1)))),
                       \(fragment: CacheGateStore.mayOpen), g.reason, g.isHeld,
                       g.mode = 'on' AND g.timeline IS DISTINCT FROM \(fragment: TimelinePosition.timelineOfPrimary)
                FROM cache_gate AS g
                """
            )
        }.map(GateObservation.init)
        guard let observation = observations.first else { throw CacheGateStore.missing }
        return observation
    }

    /// Ends the use of the cache: ``GateRow/close(_:)``.
    ///
    /// An opening that lasted less than 30 seconds doubles the time until the next, from a second up to a minute.
    ///
    /// - Parameter reason: a sentence for operators, of which 300 characters are kept.
    /// - Returns: whether this did it.
    package func close(_ epoch: GateEpoch, reason: String) async throws(ShardError) -> Bool {
        try await update(
            """
            UPDATE cache_gate
            SET mode = 'closing', serverRun = NULL, nonce = NULL, closedAt = clock_timestamp(), reason = \(kept(reason)),
                reopenAfter = CASE WHEN clock_timestamp() - openedAt < interval '30 seconds'
                              THEN least(greatest(2 * reopenAfter, interval '1 second'), interval '1 minute')
                              ELSE interval '1 second' END
            WHERE epoch = \(epoch) AND mode = 'on'
            """
        )
    }

    /// Lets writes go on without the cache: ``GateRow/drain(_:)``.
    ///
    /// - Returns: whether this did it.
    package func drain(_ epoch: GateEpoch) async throws(ShardError) -> Bool {
        try await update("UPDATE cache_gate SET mode = 'off' WHERE epoch = \(epoch) AND mode = 'closing'")
    }

    /// Begins a new use of the cache: ``GateRow/open(after:_:)``, under the gate's exclusive lock.
    ///
    /// Writers that come meanwhile wait behind the lock, so it is given up soon when others hold it, and the server ends
    /// a transaction whose `install` takes more than 4 seconds.
    ///
    /// - Parameter install: puts a nonce into the sentinel of Redis; nil when it could not. Runs only when the gate can be
    ///   opened, and never at the same time as another.
    /// - Returns: whether this did it; false also when writers in flight keep the lock, or it is too early.
    package func open(
        after epoch: GateEpoch,
        isolation: isolated (any Actor)? = #isolation,
        _ install: () async -> GateServer?
    ) async throws(ShardError) -> Bool {
        do {
            return try await pool.withTransaction(.fenced, prologue: CacheGateStore.exclusivePrologue) { transaction in
                let isReady =
                    try await transaction.query(
                        """
                        SELECT FROM cache_gate AS g
                        WHERE epoch = \(epoch) AND mode = 'off' AND \(fragment: CacheGateStore.mayOpen)
                        """
                    ).count == 1
                guard isReady, let server = await install() else { return false }
                let update: PostgresQuery = """
                    UPDATE cache_gate
                    SET epoch = \(epoch.next), mode = 'on', serverRun = \(server.run), nonce = \(server.nonce.bytes),
                        openedAt = clock_timestamp(), timeline = \(fragment: TimelinePosition.timelineOfPrimary)
                    WHERE epoch = \(epoch) AND mode = 'off'
                    """
                return try await transaction.finish(with: [update])[0].affectedRows == 1
            }
        } catch let error as PostgresError {
            if error.isLockTimeout { return false }
            throw ShardError(error)
        } catch {
            throw ShardError(.failed, "the gate could not be opened: \(error)")
        }
    }

    /// Keeps the gate shut, or lets it be opened again: an operator's switch. One that is open is closed.
    ///
    /// Whoever lets it go has seen to what kept openings from lasting, so the next one need not wait.
    ///
    /// - Parameter reason: as for ``close(_:reason:)``.
    package func hold(_ isHeld: Bool, reason: String) async throws(ShardError) {
        let epoch = try await answering { () throws(PostgresError) in
            try await pool.query(
                """
                UPDATE cache_gate SET isHeld = \(isHeld),
                       reason = CASE WHEN \(isHeld) THEN \(kept(reason)) ELSE reason END,
                       closedAt = CASE WHEN isHeld AND NOT \(isHeld) THEN NULL ELSE closedAt END,
                       reopenAfter = CASE WHEN isHeld AND NOT \(isHeld) THEN interval '1 second' ELSE reopenAfter END
                RETURNING epoch
                """
            )
        }.value(GateEpoch.self)
        if isHeld { _ = try await close(epoch, reason: reason) }
    }

    /// The error of a gate without its row.
    static var missing: ShardError { ShardError(.failed, "the shard's database has no row in cache_gate") }

    // MARK: - Private

    private static let exclusivePrologue: [PostgresQuery] = [
        """
        SELECT set_config('lock_timeout', '300ms', true),
               set_config('idle_in_transaction_session_timeout', '4s', true)
        """,
        "SELECT pg_advisory_xact_lock(18435, 0)",
    ]

    /// Whether the gate has been shut for long enough, by the database's clock, and nobody holds it.
    private static let mayOpen: PostgresQuery = """
        NOT g.isHeld AND coalesce(g.closedAt + g.reopenAfter <= clock_timestamp(), true)
        """

    private func update(_ query: PostgresQuery) async throws(ShardError) -> Bool {
        try await answering { () throws(PostgresError) in try await pool.query(query) }.affectedRows == 1
    }

    private func answering<Answer>(
        _ body: () async throws(PostgresError) -> Answer
    ) async throws(ShardError) -> Answer {
        do throws(PostgresError) {
            return try await body()
        } catch {
            throw ShardError(error)
        }
    }

    /// What the column takes.
    private func kept(_ reason: String) -> String {
        String(String.UnicodeScalarView(reason.unicodeScalars.filter { $0 != "\0" }.prefix(300)))
    }
}

/// What a backend learns of the gate at once.
package struct GateObservation: Sendable {
    package let row: GateRow
    /// Whether some other backend cannot reach Redis.
    package let isObjected: Bool
    /// Whether the gate has been shut for long enough to be opened.
    package let mayOpen: Bool
    /// Why it was last closed.
    package let reason: String?
    /// Whether an operator keeps it shut.
    package let isHeld: Bool
    /// Whether it was opened by another primary: this one may lack what was cached of that one's last writes.
    package let isOfOtherPrimary: Bool
}

extension GateObservation {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.row = try GateRow(columnsOf: row, from: 0)
        isObjected = try row.decode(Bool.self, at: 4)
        mayOpen = try row.decode(Bool.self, at: 5)
        reason = try row.decode(String?.self, at: 6)
        isHeld = try row.decode(Bool.self, at: 7)
        isOfOtherPrimary = try row.decode(Bool.self, at: 8)
    }
}
