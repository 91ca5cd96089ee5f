package import Postgres

/// How much a shard's database holds and does, by its server's own counts.
package struct ShardLoad: Hashable, Sendable {
    /// Of all tables, as far as the server's statistics know.
    package let rows: Int64
    /// On disk, indices and all.
    package let bytes: Int64
    /// Connections that are open, and how many of them run a statement at this moment.
    package let sessions: Int
    package let activeSessions: Int
    /// Transactions that ended since the server's counts began: two looks tell the rate.
    package let transactions: Int64

    /// - Parameter pool: connections of the administrator.
    package static func measure(in pool: PostgresPool) async throws(PostgresError) -> ShardLoad {
        let (rows, bytes, sessions, active, transactions) = try await pool.query(
            """
            SELECT (SELECT coalesce(sum(n_live_tup), 0)::bigint FROM pg_stat_user_tables),
                   pg_database_size(current_database()),
                   (SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()),
                   (SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                      AND state = 'active'),
                   (SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database())
            """
        ).single().decode((Int64.self, Int64.self, Int.self, Int.self, Int64.self))
        return ShardLoad(
            rows: rows,
            bytes: bytes,
            sessions: sessions,
            activeSessions: active,
            transactions: transactions
        )
    }
}
