import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import MoveLoad
import Postgres
import Testing

extension Deployment {
    /// Lends a shard's database, as its administrator.
    func withShard<Answer: Sendable>(
        _ shard: String,
        _ body: (PostgresPool) async throws -> Answer
    ) async throws -> Answer {
        try await LocalShards.with(shard, of: home.path, port, body)
    }

    /// What there is of a tenant on a shard.
    func stock(of tenant: TenantID, on shard: String) async throws -> LedgerStock {
        try await withShard(shard) { pool in try await LedgerStock(of: tenant, in: pool) }
    }

    /// The slots, publications and subscriptions of moves on every shard.
    func streams() async throws -> [String] {
        var all: [String] = []
        for shard in LocalShards.names {
            all += try await withShard(shard) { pool in
                try await pool.query(
                    """
                    SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE slot_name LIKE 'hub\\_move\\_%'
                    UNION ALL SELECT 'publication ' || pubname FROM pg_publication WHERE pubname LIKE 'hub\\_move\\_%'
                    UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
                    WHERE subname LIKE 'hub\\_move\\_%' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                ).map { row throws(PostgresError) in try row.decode(String.self, at: 0) }
            }.map { "\($0) on \(shard)" }
        }
        return all
    }
}
