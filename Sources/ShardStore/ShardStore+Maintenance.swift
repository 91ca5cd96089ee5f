import Postgres

extension ShardStore {
    /// Makes the audit trail's monthly partitions from this month's on, so that rows need not go to the default one.
    ///
    /// Cheap when they are there: call it at start and daily. A failure costs nothing but tidiness.
    ///
    /// - Returns: how many were made now.
    package func prepareAuditPartitions(monthsAhead: Int = 3) async throws(ShardError) -> Int {
        try await answering {
            try await pool.query(
                "SELECT hub_create_audit_partitions(now(), now() + make_interval(months => \(Int32(monthsAhead))))"
            ).value(Int.self)
        }
    }
}
