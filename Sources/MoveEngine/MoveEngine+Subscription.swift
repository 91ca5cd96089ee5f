import HubColumns
import HubModel
import Postgres

extension MoveEngine {
    /// Subscribes the target to the stream, whose slot and publication are there, and enables it.
    ///
    /// - Throws: `.refused` when they are not, or the stream in the other direction is enabled: two would carry each change
    ///   round for ever.
    package func subscribe() async throws(MoveError) {
        try await requireNoOpposite()
        // PostgreSQL subscribes to what is not there with no more than a warning.
        let ends = try await read(
            source,
            "looking for the stream",
            """
            SELECT FROM pg_publication, pg_replication_slots
            WHERE pubname = \(stream.description) AND slot_name = \(stream.description)
            """
        )
        guard !ends.isEmpty else {
            throw MoveError(
                .refused,
                "\(source.shard) has no slot or publication \(stream); copy first",
                at: source.shard
            )
        }
        do throws(MoveError) {
            _ = try await change(target, "subscribing to \(source.shard)", subscription)
        } catch  where error.underlying?.isServerError("42710") == true {
            try await enable()
        }
    }

    /// Lets the stream go on; one that is enabled is left alone.
    package func enable() async throws(MoveError) {
        try await requireNoOpposite()
        _ = try await change(
            target,
            "enabling the stream",
            [PostgresQuery("ALTER SUBSCRIPTION \(identifier: stream.description) ENABLE").unprepared]
        )
    }

    /// Stops the stream, and returns when its worker has ended: nothing is applied any more.
    package func disable() async throws(MoveError) {
        _ = try await change(
            target,
            "disabling the stream",
            [PostgresQuery("ALTER SUBSCRIPTION \(identifier: stream.description) DISABLE").unprepared]
        )
        // By itself it would look up from its work at the next message, or within a second; what it has begun to apply is
        // sent again when it is enabled again.
        _ = try await wait(for: "the apply worker to end", within: .seconds(10), every: .milliseconds(2)) {
            () throws(MoveError) -> Bool? in
            let workers = try await telling(target, "disabling the stream") {
                try await target.pool.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_subscription
                    WHERE subname = \(stream.description) AND pid IS NOT NULL
                    """
                ).count
            }
            return workers == 0 ? true : nil
        }
    }

    /// Removes the stream altogether: the target's subscription, and the source's slot and publication.
    package func dropStream() async throws(MoveError) {
        try await dropSubscriptions(at: target) { $0.direction == direction }
        try await dropSlots(at: source) { $0.direction == direction }
        try await dropPublications(at: source) { $0.direction == direction }
    }

    /// How the stream is.
    package func streamState() async throws(MoveError) -> StreamState {
        async let subscription = subscriptionState()
        async let slot = slotState()
        do {
            let (state, (lag, confirmed, isLost)) = try await (subscription, slot)
            let isGone = confirmed == nil && state != .absent
            return StreamState(subscription: state, lag: lag, confirmed: confirmed, isLost: isLost || isGone)
        } catch let error as MoveError {
            throw error
        } catch {
            throw MoveError(.failed, "\(error)")
        }
    }

    /// Waits until the target has confirmed all but so many bytes of the source's log. A stream that has stopped at an error
    /// is let go on: a connection that broke stops it like a change that does not fit, and only the latter does so again.
    ///
    /// - Throws: `.late` when it does not get so near; `.stopped` when the stream stops again and again.
    package func catchUp(to bytes: Int, within limit: Duration) async throws(MoveError) {
        var revivals = 0
        _ = try await wait(for: "\(target.shard) to catch up", within: limit, every: .milliseconds(50)) {
            () throws(MoveError) -> Bool? in
            // The source has answered as well, so a worker that is started now finds it.
            let state = try await streamState()
            if state.isLost { throw MoveError(.stopped, lossReason, at: source.shard) }
            if case .stopped(let reason) = state.subscription {
                guard revivals < MoveEngine.mostRevivals else { throw MoveError(.stopped, reason, at: target.shard) }
                revivals += 1
                try await enable()
                return nil
            }
            if revivals > 0, case .enabled(isApplying: false) = state.subscription { return nil }
            return state.lag.map { $0 <= bytes } == true ? true : nil
        }
    }

    /// How often a stream that has stopped is let go on before that is given up: what held its slot may need a moment to go.
    private static let mostRevivals = 5

    /// Why a stream cannot go on whose slot has been lost.
    var lossReason: String {
        """
        \(source.shard) has removed log that the stream still needs (max_slot_wal_keep_size), or lost the stream's slot with a \
        primary that was replaced; clear the move and copy again
        """
    }

    /// What the target's subscription is like.
    func subscriptionState() async throws(MoveError) -> StreamState.Subscription {
        let rows = try await telling(target, "reading the stream's state") {
            try await target.pool.query(
                """
                SELECT s.subenabled, coalesce(bool_or(w.pid IS NOT NULL), false), coalesce(max(e.apply_error_count), 0)
                FROM pg_subscription AS s
                LEFT JOIN pg_stat_subscription AS w ON w.subid = s.oid
                LEFT JOIN pg_stat_subscription_stats AS e ON e.subid = s.oid
                WHERE s.subname = \(stream.description)
                  AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                GROUP BY s.oid, s.subenabled
                """
            ).decode((Bool.self, Bool.self, Int.self))
        }
        guard let (isEnabled, isApplying, errors) = rows.first else { return .absent }
        if isEnabled { return .enabled(isApplying: isApplying) }
        if errors == 0 { return .disabled }
        return .stopped(
            """
            the stream to \(target.shard) stopped at an error of its apply worker: a change from \(source.shard) does not \
            fit what is there, or the server could not write; its log says which under the subscription \(stream)
            """
        )
    }

    // MARK: - Private

    private func slotState() async throws(MoveError) -> (lag: Int?, confirmed: LogPosition?, isLost: Bool) {
        let rows = try await telling(source, "reading the slot's state") {
            try await source.pool.query(
                """
                SELECT (pg_current_wal_lsn() - confirmed_flush_lsn)::bigint, confirmed_flush_lsn, wal_status = 'lost'
                FROM pg_replication_slots WHERE slot_name = \(stream.description)
                """
            ).decode((Int?.self, LogPosition?.self, Bool?.self))
        }
        guard let (lag, confirmed, isLost) = rows.first else { return (nil, nil, false) }
        return (lag.map { max(0, $0) }, confirmed, isLost == true)
    }

    /// The queries that subscribe. The source's address holds a password: it is bound, so no text of a statement has it.
    private var subscription: [PostgresQuery] {
        [
            .unlogged,
            "SELECT set_config('hub.peer', \(source.peer.connectionString), true)",
            PostgresQuery(
                unsafeSQL: """
                    DO $$ BEGIN
                      EXECUTE format('CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION %1$I WITH (
                        create_slot = false, slot_name = %1$L, copy_data = false, binary = true, streaming = true,
                        disable_on_error = true, synchronous_commit = ''on'')',
                        '\(stream)', current_setting('hub.peer'));
                    END $$
                    """
            ).unprepared,
            "SELECT set_config('hub.peer', '', true)",
        ]
    }

    private func requireNoOpposite() async throws(MoveError) {
        if case .enabled = try await reversed.subscriptionState() {
            throw MoveError(
                .refused,
                "the stream from \(target.shard) to \(source.shard) is enabled; disable it first",
                at: source.shard
            )
        }
    }
}
