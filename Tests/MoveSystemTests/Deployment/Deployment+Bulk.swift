import AppFixtures
import HubColumns
import HubModel
import MoveLoad
import Postgres

extension Deployment {
    /// Gives a tenant rows that no ledger counts, each of about a kibibyte.
    func addBulk(to tenant: TrialTenant, rows: Int, on shard: String) async throws {
        try await withShard(shard) { pool in
            _ = try await pool.query(
                """
                INSERT INTO idempotency_keys (tenantId, userId, key, fingerprint, status, body)
                SELECT tenantId, id, 'bulk-' || n, '\\x00', 200, convert_to(repeat(md5(n::text), 32), 'UTF8')
                FROM users, generate_series(1, \(rows)) AS n WHERE tenantId = \(tenant.id)
                """
            )
        }
    }
}
