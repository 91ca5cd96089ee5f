import HubModel
package import Postgres

/// One server of a shard, as an administrator steers it through a failover. Each verb can be done again.
package struct ShardServer: Sendable {
    /// Where the others reach it.
    package let host: PostgresHost
    private let pool: PostgresPool

    /// - Parameter pool: connections of a superuser to this server alone.
    package init(host: PostgresHost, pool: PostgresPool) {
        self.host = host
        self.pool = pool
    }

    /// What it is, and how far its log goes.
    package func state() async throws(PostgresError) -> ShardServerState {
        let row = try await pool.query(
            """
            SELECT pg_is_in_recovery(), (SELECT system_identifier::text FROM pg_control_system()),
                   CASE WHEN pg_is_in_recovery()
                        THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver),
                                      (SELECT timeline_id FROM pg_control_checkpoint()))
                        ELSE \(fragment: TimelinePosition.timelineOfPrimary) END,
                   CASE WHEN pg_is_in_recovery()
                        THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                        ELSE pg_current_wal_flush_lsn() END,
                   EXISTS (SELECT FROM pg_stat_wal_receiver),
                   current_setting('default_transaction_read_only')::boolean,
                   current_setting('synchronous_standby_names') <> ''
            """
        ).single()
        let (isReplica, system, timeline, log, isReceiving, isFenced, isSynchronous) = try row.decode(
            (Bool.self, String.self, Int32.self, LogPosition.self, Bool.self, Bool.self, Bool.self)
        )
        return ShardServerState(
            role: isReplica ? .replica(isReceiving: isReceiving) : .primary(isFenced: isFenced),
            system: system,
            place: TimelinePosition(timeline: UInt32(bitPattern: timeline), log: log),
            isSynchronous: isSynchronous
        )
    }

    /// Lets a primary take no more writes, also after a restart: whoever looks for one that does passes it by. Everybody who
    /// is connected is thrown out, so that no transaction that is under way commits.
    package func fence() async throws(PostgresError) {
        try await alter("default_transaction_read_only = on")
        _ = try await pool.query(
            """
            SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
            """
        )
    }

    /// Lets a primary that was fenced take writes again.
    package func unfence() async throws(PostgresError) {
        try await alter("default_transaction_read_only", reset: true)
    }

    /// Cuts a replica off from its primary, which it then confirms nothing to.
    ///
    /// - Throws: `timeout` when it goes on receiving.
    package func detach() async throws(PostgresError) {
        try await alter("primary_conninfo = ''")
        let deadline = ContinuousClock.now + .seconds(5)
        while try await state().role == .replica(isReceiving: true) {
            guard ContinuousClock.now < deadline else {
                throw PostgresError(.timeout, "the replica does not let go of its primary", server: "\(host)")
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Has a replica follow another primary, as the same user as before.
    ///
    /// - Parameter conninfo: how it followed the last one, from ``conninfo()``.
    package func follow(_ primary: PostgresHost, _ conninfo: String) async throws(PostgresError) {
        // Of a keyword that is given twice libpq takes the later one.
        let place = "\(conninfo) host='\(primary.name)' port=\(primary.port)"
        try await alter("primary_conninfo = '\(place.replacing("'", with: "''"))'")
    }

    /// How a replica connects to its primary.
    package func conninfo() async throws(PostgresError) -> String {
        try await pool.query("SELECT current_setting('primary_conninfo')").single().decode(String.self, at: 0)
    }

    /// Makes a replica a primary, of a timeline of its own.
    ///
    /// - Throws: `timeout` when it is none within the limit.
    package func promote(within limit: Duration) async throws(PostgresError) {
        let seconds = max(1, Int(limit / .seconds(1)))
        let isDone = try await pool.query("SELECT pg_promote(true, \(seconds)::integer)").single().decode(
            Bool.self,
            at: 0
        )
        guard isDone else {
            throw PostgresError(.timeout, "the replica was not promoted within \(limit)", server: "\(host)")
        }
        try await alter("primary_conninfo", reset: true)
    }

    /// Lets a primary commit without waiting for replicas.
    package func endSynchronousReplication() async throws(PostgresError) {
        try await alter("synchronous_standby_names = ''")
    }

    // MARK: - Private

    private func alter(_ setting: String, reset: Bool = false) async throws(PostgresError) {
        var alteration = PostgresQuery(unsafeSQL: "ALTER SYSTEM \(reset ? "RESET" : "SET") \(setting)")
        alteration.isPrepared = false
        // ALTER SYSTEM runs in no transaction, so each goes by itself.
        _ = try await pool.query(alteration)
        _ = try await pool.query("SELECT pg_reload_conf()")
    }
}
