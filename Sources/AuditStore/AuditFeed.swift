import HubColumns
package import HubModel
package import Postgres
import ShardStore

/// The stream by which a region's audit store follows the trail of one of its shards: PostgreSQL's logical replication of
/// `audit_logs`, insertions only.
package struct AuditFeed: Sendable {
    package let shard: ShardID
    /// Connections of the shard's administrator.
    let source: PostgresPool
    /// How the store's server connects to the shard.
    let peer: PostgresConfiguration
    package let store: AuditDatabase

    package init(shard: ShardID, source: PostgresPool, peer: PostgresConfiguration, store: AuditDatabase) {
        (self.shard, self.source, self.peer, self.store) = (shard, source, peer, store)
    }

    /// The name of its slot and of its subscription.
    package static func name(of shard: ShardID) -> String { "hub_audit_" + shard.rawValue.replacing("-", with: "_") }

    /// The publication, which the shard's schema has.
    static let publication = "hub_audit"

    private var name: String { AuditFeed.name(of: shard) }
}

/// How a feed is.
package struct AuditFeedState: Sendable {
    package enum Activity: String, Encodable, Sendable {
        case running
        /// It is let go on in a moment, and brings all that came meanwhile in one go.
        case resting
        case stopped
    }

    /// Bytes of log that the store has not confirmed; nil without a slot.
    package let lag: Int?
    package let activity: Activity
    /// All that the shard had committed until then has come; nil when that is not known.
    package let completeUntil: Timestamp?
}

extension AuditFeed {
    /// Sees to it that the stream runs: it is made if it is not there, and made again, with what was missed copied, if the
    /// shard's server has lost its end of it; one that rests goes on. Doing it again changes nothing.
    ///
    /// - Returns: whether it was made now.
    package func ensure() async throws(AuditStoreError) -> Bool {
        let state = try await ends()
        guard state.hasSlot, state.subscription != nil, state.isBackfilled else {
            try await make(state)
            return true
        }
        // The shard's address or password may have changed; who failed over has another server.
        if state.subscription != peer.connectionString { try await reconnect() }
        if !state.isEnabled { try await enable() }
        return false
    }

    /// How the stream is.
    package func state() async throws(AuditStoreError) -> AuditFeedState {
        let slot = try await telling("reading the slot's state") {
            try await source.query(
                """
                SELECT greatest(0, pg_current_wal_lsn() - confirmed_flush_lsn)::bigint FROM pg_replication_slots
                WHERE slot_name = \(name) AND confirmed_flush_lsn IS NOT NULL
                """
            ).decode(Int.self)
        }
        let rows = try await store.telling("reading the stream's state") {
            try await store.pool.query(
                """
                SELECT (SELECT CASE WHEN w.pid IS NOT NULL THEN 'running' WHEN NOT s.subenabled THEN 'resting' END
                        FROM pg_subscription AS s JOIN pg_stat_subscription AS w ON w.subid = s.oid
                        WHERE \(fragment: isOwn)),
                       (SELECT nullif(completeUntil, '-infinity') FROM audit_feeds WHERE shard = \(shard.rawValue))
                """
            ).single().decode((String?.self, Timestamp?.self))
        }
        return AuditFeedState(
            lag: slot.first,
            activity: rows.0.flatMap(AuditFeedState.Activity.init) ?? .stopped,
            completeUntil: rows.1
        )
    }

    /// Lets the stream rest until the next ``ensure()`` once all has come; the slot keeps what comes meanwhile.
    ///
    /// A stream that runs wakes three processes for each commit, which costs a busy shard six times what it costs to decode
    /// the same commits in one go.
    ///
    /// - Returns: false when it is too far behind to rest.
    package func rest() async throws(AuditStoreError) -> Bool {
        // By the first the slot learns from where on it can go on, by the second that nothing before that is needed.
        for _ in 0..<2 {
            await source.noteRunningTransactions(as: name + "_now")
            guard try await catchUp(within: .seconds(10)) else { return false }
        }
        try await confirm(within: .seconds(1))
        _ = try await store.telling("letting the stream rest") {
            try await store.pool.query(PostgresQuery("ALTER SUBSCRIPTION \(identifier: name) DISABLE").unprepared)
        }
        return true
    }

    /// Waits until all has come that the shard has committed by now.
    ///
    /// - Returns: false when that takes longer than `limit`.
    package func catchUp(within limit: Duration) async throws(AuditStoreError) -> Bool {
        let position = try await telling("reading the log's position") {
            try await source.query("SELECT pg_current_wal_flush_lsn()").single().decode(LogPosition.self, at: 0)
        }
        return try await wait(for: position, within: limit, received)
    }

    /// Notes how far the stream has come: what was noted the last time counts once the store has confirmed it.
    ///
    /// - Returns: where the shard's log ends.
    package func note() async throws(AuditStoreError) -> LogPosition {
        let rows = try await telling("reading the slot's state") {
            // The time first: whatever commits before it is in the log up to the position.
            try await source.query(
                """
                SELECT t.at, pg_current_wal_insert_lsn(),
                       (SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = \(name))
                FROM (SELECT clock_timestamp() AS at OFFSET 0) AS t
                """
            ).single().decode((Timestamp.self, LogPosition.self, LogPosition?.self))
        }
        guard let confirmed = rows.2 else { return rows.1 }
        _ = try await store.telling("noting how far the stream is") {
            try await store.pool.query(
                """
                UPDATE audit_feeds SET
                  completeUntil = CASE WHEN notedLSN <= \(confirmed) THEN notedAt ELSE completeUntil END,
                  notedAt = CASE WHEN notedLSN > \(confirmed) THEN notedAt ELSE \(rows.0) END,
                  notedLSN = CASE WHEN notedLSN > \(confirmed) THEN notedLSN ELSE \(rows.1) END
                WHERE shard = \(shard.rawValue)
                """
            )
        }
        return rows.1
    }

    /// Ends the stream and removes both its ends.
    package func remove() async throws(AuditStoreError) {
        try await dropSubscription()
        try await dropSlot()
    }

    // MARK: - Private

    /// Waits until the shard knows that the store has safely what it has received; when that takes longer, the next start of
    /// the stream decodes more.
    private func confirm(within limit: Duration) async throws(AuditStoreError) {
        guard let position = try await received() else { return }
        _ = try await wait(for: position, within: limit) { () throws(AuditStoreError) in
            try await telling("reading the slot's state") {
                try await source.query(
                    """
                    SELECT confirmed_flush_lsn FROM pg_replication_slots
                    WHERE slot_name = \(name) AND confirmed_flush_lsn IS NOT NULL
                    """
                ).decode(LogPosition.self).first
            }
        }
    }

    /// - Returns: whether a position was reached in time.
    private func wait(
        for position: LogPosition,
        within limit: Duration,
        _ read: () async throws(AuditStoreError) -> LogPosition?
    ) async throws(AuditStoreError) -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let reached = try await read(), reached >= position { return true }
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return false }
        }
        return false
    }

    /// Where the store is in the shard's log; nil while it receives nothing.
    private func received() async throws(AuditStoreError) -> LogPosition? {
        try await store.telling("reading the stream's position") {
            try await store.pool.query(
                """
                SELECT w.received_lsn FROM pg_subscription AS s JOIN pg_stat_subscription AS w ON w.subid = s.oid
                WHERE \(fragment: isOwn) AND w.received_lsn IS NOT NULL
                """
            ).decode(LogPosition.self).first
        }
    }

    /// Whether `pg_subscription AS s` is the stream's: those of all databases of a server are in it.
    private var isOwn: PostgresQuery {
        "s.subname = \(name) AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    }

    /// What is there of the stream.
    private struct Ends {
        var hasSlot = false
        /// How the subscription connects; nil without one.
        var subscription: PostgresPassword?
        var isEnabled = false
        var isBackfilled = false
        var completeUntil: Timestamp?
    }

    private func ends() async throws(AuditStoreError) -> Ends {
        var ends = Ends()
        let slots = try await telling("looking for the slot") {
            try await source.query(
                "SELECT coalesce(wal_status = 'lost', false) FROM pg_replication_slots WHERE slot_name = \(name)"
            ).decode(Bool.self)
        }
        ends.hasSlot = slots.first == false
        let (subscriptions, feeds) = try await store.telling("looking for the subscription") {
            let answers = try await store.pool.pipeline([
                "SELECT s.subconninfo, s.subenabled FROM pg_subscription AS s WHERE \(fragment: isOwn)",
                """
                SELECT isBackfilled, nullif(completeUntil, '-infinity') FROM audit_feeds WHERE shard = \(shard.rawValue)
                """,
            ])
            return (
                try answers[0].decode((String.self, Bool.self)).map { (PostgresPassword($0.0), $0.1) },
                try answers[1].decode((Bool.self, Timestamp?.self))
            )
        }
        if let (connection, isEnabled) = subscriptions.first {
            (ends.subscription, ends.isEnabled) = (connection, isEnabled)
        }
        if let (isBackfilled, until) = feeds.first { (ends.isBackfilled, ends.completeUntil) = (isBackfilled, until) }
        return ends
    }

    /// Makes both ends, and copies what was committed before, as far as it may not have come: what comes twice is sealed once.
    private func make(_ found: Ends) async throws(AuditStoreError) {
        if found.subscription != nil, !found.hasSlot { try await dropSubscription() }
        _ = try await store.telling("noting the stream") {
            try await store.pool.query(
                """
                INSERT INTO audit_feeds (shard) VALUES (\(shard.rawValue))
                ON CONFLICT (shard) DO UPDATE SET isBackfilled = false, notedAt = NULL, notedLSN = NULL
                """
            )
        }
        if !found.hasSlot {
            try await dropSlot()
            _ = try await telling("making the slot \(name)") {
                // It waits for every transaction that is open on the server.
                try await source.transact([
                    .lockTimeout(.seconds(60)),
                    PostgresQuery("SELECT pg_create_logical_replication_slot(\(name), 'pgoutput')").within(
                        .seconds(70)
                    ),
                ])
            }
        }
        if found.subscription == nil || !found.hasSlot { try await subscribe() }
        try await backfill(since: found.completeUntil)
        _ = try await store.telling("noting the stream") {
            try await store.pool.query("UPDATE audit_feeds SET isBackfilled = true WHERE shard = \(shard.rawValue)")
        }
    }

    /// The queries that subscribe. The shard's address holds a password: it is bound, so no text of a statement has it.
    private func subscribe() async throws(AuditStoreError) {
        try await withPeer(
            """
            CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION \(AuditFeed.publication) WITH (create_slot = false,
              slot_name = %1$L, copy_data = false, binary = true, streaming = true, synchronous_commit = ''off'')
            """
        )
    }

    private func reconnect() async throws(AuditStoreError) {
        try await withPeer("ALTER SUBSCRIPTION %I CONNECTION %L")
    }

    private func withPeer(_ statement: String) async throws(AuditStoreError) {
        _ = try await store.telling("subscribing to \(shard)") {
            try await store.pool.transact([
                .unlogged,
                "SELECT set_config('hub.peer', \(peer.connectionString), true)",
                PostgresQuery(
                    unsafeSQL: """
                        DO $$ BEGIN EXECUTE format('\(statement)', '\(name)', current_setting('hub.peer')); END $$
                        """
                ).unprepared,
                "SELECT set_config('hub.peer', '', true)",
            ])
        }
    }

    private func enable() async throws(AuditStoreError) {
        _ = try await store.telling("enabling the stream") {
            try await store.pool.query(PostgresQuery("ALTER SUBSCRIPTION \(identifier: name) ENABLE").unprepared)
        }
    }

    private func dropSubscription() async throws(AuditStoreError) {
        do throws(AuditStoreError) {
            _ = try await store.telling("removing the subscription") {
                try await store.pool.transact(
                    [
                        PostgresQuery.lockTimeout(.seconds(5)),
                        "ALTER SUBSCRIPTION \(identifier: name) DISABLE",
                        "ALTER SUBSCRIPTION \(identifier: name) SET (slot_name = NONE)",
                        "DROP SUBSCRIPTION \(identifier: name)",
                    ].map(\.unprepared)
                )
            }
        } catch  where error.underlying?.isServerError("42704") == true {
            return  // there is none
        }
    }

    private func dropSlot() async throws(AuditStoreError) {
        _ = try await telling("removing the slot") {
            try await source.transact([
                """
                SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
                WHERE slot_name = \(name) AND active_pid IS NOT NULL
                """,
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = \(name)",
            ])
        }
    }

    /// Copies the shard's rows into the queue, the oldest first.
    ///
    /// - Parameter since: all that was committed until then has come; nil for nothing. An entry's time is that of its
    ///   transaction's beginning, and none is open for an hour.
    private func backfill(since: Timestamp?) async throws(AuditStoreError) {
        let columns = "id, tenantId, userId, action, entityType, entityId, changes, timestamp, ipAddress"
        let condition = since.map { "WHERE timestamp >= '\($0 + .seconds(-3600))'" } ?? ""
        let oldest = try await telling("reading the trail") {
            try await source.query(
                PostgresQuery(unsafeSQL: "SELECT min(timestamp) FROM audit_logs \(condition)").unprepared
                    .within(.seconds(300))
            ).single().decode(Timestamp?.self, at: 0)
        }
        try await store.makeMonths(from: oldest)
        _ = try await store.telling("copying the trail of \(shard)") {
            try await source.withConnection { reading in
                try await store.pool.withConnection { writing in
                    let input = PostgresQuery(
                        unsafeSQL: "COPY audit_logs (\(columns)) FROM STDIN (FORMAT binary)"
                    ).within(.seconds(3600))
                    let output = PostgresQuery(
                        unsafeSQL:
                            "COPY (SELECT \(columns) FROM audit_logs \(condition) ORDER BY timestamp) TO STDOUT (FORMAT binary)"
                    ).within(.seconds(3600))
                    _ = try await writing.copyIn(input) { writer in
                        _ = try await reading.copyOut(output) { chunk in try await writer.write(chunk) }
                    }
                }
            }
        }
    }

    /// Runs `body`, with the driver's errors told as errors of the shard.
    private func telling<Answer>(_ doing: String, _ body: () async throws -> Answer) async throws(AuditStoreError)
        -> Answer
    {
        try await AuditStoreError.telling("shard \(shard)", doing, body)
    }
}
