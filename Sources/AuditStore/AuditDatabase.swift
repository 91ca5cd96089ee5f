package import HubModel
package import Postgres

/// A region's audit store, as its owner sees it.
package struct AuditDatabase: Sendable {
    package let region: RegionID
    /// Connections of the administrator, who must be superuser: before PostgreSQL 16 nobody else may subscribe.
    package let pool: PostgresPool

    package init(region: RegionID, pool: PostgresPool) {
        (self.region, self.pool) = (region, pool)
    }

    /// What a sentence calls it.
    package var described: String { "the audit store of region \(region)" }
}

extension AuditDatabase {
    /// Runs `body` unless somebody else has this duty of the store at the moment.
    ///
    /// It is no fence: whoever loses the connection goes on for a moment beside its follower.
    package func leading(_ duty: String, _ body: () async throws -> Void) async throws {
        try await pool.withTransaction(TransactionOptions(isolation: .readCommitted)) { transaction in
            let isLeading = try await transaction.query(
                """
                SELECT pg_try_advisory_xact_lock(18436, hashtext(\(duty))),
                       set_config('idle_in_transaction_session_timeout', '0', true)
                """
            ).single().decode(Bool.self, at: 0)
            if isLeading { try await body() }
        }
    }

    /// Whoever seals, or changes a chain's state, holds it to the end of the transaction.
    static let sealing: PostgresQuery = "SELECT pg_advisory_xact_lock(18435, 0)"

    /// Runs `body`, with the driver's errors told as errors of this store.
    func telling<Answer>(_ doing: String, _ body: () async throws -> Answer) async throws(AuditStoreError) -> Answer {
        try await AuditStoreError.telling(described, doing, body)
    }
}
