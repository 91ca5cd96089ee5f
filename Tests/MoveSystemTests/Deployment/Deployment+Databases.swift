import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import MoveLoad
import Postgres
import Testing

extension Deployment {
    static let shards = ["us-1", "eu-1", "apac-1"]

    /// Lends a shard's database, as its administrator; row-level security does not hide anything from it.
    func withShard<Answer: Sendable>(
        _ shard: String,
        _ body: (PostgresPool) async throws -> Answer
    ) async throws -> Answer {
        let number = try #require(Deployment.shards.firstIndex(of: shard))
        let secret = home.appending(path: "secrets/shard-\(shard)-admin-password").path
        let password = try String(contentsOfFile: secret, encoding: .utf8).filter { !$0.isWhitespace }
        let configuration = PostgresConfiguration(
            hosts: [PostgresHost("127.0.0.1", port + 11 + number)],
            database: "hub_shard",
            user: "hub_admin",
            password: PostgresPassword(password)
        )
        return try await PostgresPool.withPool(configuration, body)
    }

    /// What there is of a tenant on a shard.
    func stock(of tenant: TenantID, on shard: String) async throws -> LedgerStock {
        try await withShard(shard) { pool in try await LedgerStock(of: tenant, in: pool) }
    }

    /// The slots, publications and subscriptions of moves on every shard.
    func streams() async throws -> [String] {
        var all: [String] = []
        for shard in Deployment.shards {
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
