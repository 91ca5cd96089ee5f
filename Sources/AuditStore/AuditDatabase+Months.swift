import HubColumns
package import HubModel
import Postgres

extension AuditDatabase {
    /// Makes the months' partitions from that of `first` on, or from this month on, to three months ahead.
    package func makeMonths(from first: Timestamp? = nil) async throws(AuditStoreError) {
        _ = try await telling("making months") {
            try await pool.query(
                """
                SELECT hub_create_audit_months(least(coalesce(\(first), now()), now()), now() + interval '3 months')
                """
            )
        }
    }

    /// Keeps heads of chains of other regions.
    package func witness(_ heads: [AuditWitness]) async throws(AuditStoreError) {
        guard !heads.isEmpty else { return }
        _ = try await telling("keeping heads of chains") { try await pool.transact(AuditWitness.keeping(heads)) }
    }

    /// The heads that are kept here of a tenant's chain, the oldest first.
    package func witnesses(of tenant: TenantID) async throws(AuditStoreError) -> [AuditWitness] {
        try await telling("reading heads of chains") {
            try await pool.query(AuditWitness.kept(of: tenant)).map { try AuditWitness($0) }
        }
    }

    /// Heads of chains here that grew since they were last witnessed.
    package func unwitnessedHeads(limit: Int) async throws(AuditStoreError) -> [AuditWitness] {
        try await telling("reading heads of chains") {
            try await pool.query(
                """
                SELECT tenantId, number, entries, encode(hash, 'hex'), \(region.rawValue), now() FROM audit_chains
                WHERE number > witnessed AND state = 'here' LIMIT \(limit)
                """
            ).map { try AuditWitness($0) }
        }
    }

    /// Notes that these heads are kept by the witnesses.
    package func note(witnessed heads: [AuditWitness]) async throws(AuditStoreError) {
        _ = try await telling("noting the witnesses") {
            try await pool.query(
                """
                UPDATE audit_chains AS c SET witnessed = greatest(c.witnessed, u.n)
                FROM unnest(\(heads.map(\.tenant))::uuid[], \(heads.map(\.number))::bigint[]) AS u (t, n)
                WHERE c.tenantId = u.t
                """
            )
        }
    }
}
