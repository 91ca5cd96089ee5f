import HubColumns
package import HubModel
import Postgres

/// Who serves which tenants at one moment of the directory, read shard by shard and piece by piece.
///
/// All shards are read from one snapshot: however long that takes and whatever moves meanwhile, every tenant is on exactly
/// one of them.
package struct DirectoryPlacement: Sendable {
    /// The moment by the directory's clock.
    package let takenAt: Timestamp

    private let transaction: DirectoryTransaction

    init(_ transaction: DirectoryTransaction, takenAt: Timestamp) {
        self.transaction = transaction
        self.takenAt = takenAt
    }

    /// Begins to read the tenants of a shard, in the order of their ids; once for each shard. Tenants that are being erased
    /// are left out.
    package func begin(_ shard: ShardID) async throws(DirectoryError) {
        let text = PostgresQuery.quoted(literal: shard.rawValue)
        try await transaction.query(
            PostgresQuery(
                unsafeSQL: """
                    DECLARE \(PostgresQuery.quoted(identifier: "walk-\(shard)")) NO SCROLL CURSOR FOR
                    SELECT id FROM tenants WHERE shard = \(text) AND state <> 'deleting' ORDER BY id
                    """
            ).unprepared
        )
    }

    /// The next tenants of a shard that was begun; none at the end.
    package func next(_ shard: ShardID, limit: Int) async throws(DirectoryError) -> [TenantID] {
        try await transaction.query(
            PostgresQuery(
                unsafeSQL: "FETCH \(limit) FROM \(PostgresQuery.quoted(identifier: "walk-\(shard)"))"
            ).unprepared
        ).map { (row: PostgresRow) throws(PostgresError) in try row.decode(TenantID.self, at: 0) }
    }
}

extension DirectoryStore {
    /// Lends a snapshot of who serves which tenants. It keeps a connection meanwhile.
    package func withPlacement<Answer: Sendable>(
        _ body: (DirectoryPlacement) async throws -> Answer
    ) async throws(DirectoryError) -> Answer {
        try await mappingErrors {
            try await pool.withTransaction(
                TransactionOptions(isolation: .repeatableRead, isReadOnly: true),
                prologue: ["SELECT set_config('idle_in_transaction_session_timeout', '60s', true)"]
            ) { transaction in
                let takenAt = try await transaction.query("SELECT now()").single().decode(Timestamp.self, at: 0)
                return try await body(
                    DirectoryPlacement(DirectoryTransaction(transaction: transaction), takenAt: takenAt)
                )
            }
        }
    }
}
