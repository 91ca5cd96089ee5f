import HubColumns
package import HubModel
import Moving
import Postgres

/// The audit chains' places and witnesses. They are no part of what routers follow, so no change of them waits for, or makes
/// wait, any change of the directory.
extension DirectoryStore {
    /// Where these tenants and their chains are.
    package func auditPlaces(of tenants: [TenantID]) async throws(DirectoryError) -> [AuditPlace] {
        guard !tenants.isEmpty else { return [] }
        return try await read(DirectoryStore.auditPlaces("unnest(\(tenants)::uuid[]) AS t (id)"))[0].map(
            AuditPlace.init
        )
    }

    /// Tenants whose chain is not where they are.
    package func strayAuditChains(limit: Int) async throws(DirectoryError) -> [AuditPlace] {
        try await read(
            DirectoryStore.auditPlaces(
                """
                (SELECT a.tenantId FROM audit_chains AS a JOIN tenants AS h ON h.id = a.tenantId
                 JOIN shards AS s ON s.id = h.shard WHERE s.region <> a.region LIMIT \(limit)) AS t (id)
                """
            )
        )[0].map(AuditPlace.init)
    }

    /// Tenants that were erased and whose chain is still known.
    package func erasedAuditChains(limit: Int) async throws(DirectoryError) -> [TenantID] {
        try await read(
            """
            SELECT DISTINCT a.tenantId FROM tenant_changes AS c JOIN audit_chains AS a ON a.tenantId = c.tenantId
            WHERE c.kind = 'erasure' AND c.state = 'finished'
              AND NOT EXISTS (SELECT FROM tenants AS t WHERE t.id = a.tenantId) LIMIT \(limit)
            """
        )[0].map { row throws(PostgresError) in try row.decode(TenantID.self, at: 0) }
    }

    /// Lets chains begin in a region; whose chain is somewhere already keeps it there.
    package func beginAuditChains(of tenants: [TenantID], in region: RegionID) async throws(DirectoryError) {
        _ = try await read(
            """
            INSERT INTO audit_chains (tenantId, region) SELECT t, \(region.rawValue) FROM unnest(\(tenants)::uuid[]) AS u (t)
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Begins a transfer of a chain out of a region.
    ///
    /// - Returns: its attempt; nil when the chain is not there any more.
    package func raiseAuditAttempt(of tenant: TenantID, from region: RegionID) async throws(DirectoryError) -> Int? {
        let rows = try await read(
            """
            UPDATE audit_chains SET attempt = attempt + 1 WHERE tenantId = \(tenant) AND region = \(region.rawValue)
            RETURNING attempt
            """
        )[0]
        return rows.isEmpty ? nil : try rows.value(Int.self)
    }

    /// Ends a transfer: from now on the chain is in the other region, unless another attempt was begun.
    package func moveAuditChain(
        of tenant: TenantID,
        from source: RegionID,
        to target: RegionID,
        attempt: Int
    ) async throws(DirectoryError) -> Bool {
        try await !read(
            """
            UPDATE audit_chains SET region = \(target.rawValue)
            WHERE tenantId = \(tenant) AND attempt = \(attempt) AND region IN (\(source.rawValue), \(target.rawValue))
            RETURNING 1
            """
        )[0].isEmpty
    }

    /// Keeps heads of chains.
    package func witness(_ heads: [AuditWitness]) async throws(DirectoryError) {
        guard !heads.isEmpty else { return }
        try await mappingErrors { _ = try await pool.transact(AuditWitness.keeping(heads)) }
    }

    /// The heads that are kept of a tenant's chain, the oldest first.
    package func auditWitnesses(of tenant: TenantID) async throws(DirectoryError) -> [AuditWitness] {
        try await read(AuditWitness.kept(of: tenant))[0].map(AuditWitness.init)
    }

    /// Forgets the chain of a tenant that was erased, once no store has anything of it.
    package func forgetAuditChain(of tenant: TenantID) async throws(DirectoryError) {
        try await mappingErrors {
            _ = try await pool.transact([
                "DELETE FROM audit_witnesses WHERE tenantId = \(tenant)",
                "DELETE FROM audit_chains WHERE tenantId = \(tenant)",
            ])
        }
    }

    // MARK: - Private

    /// - Parameter source: a relation `t` with the column `id`.
    private static func auditPlaces(_ source: PostgresQuery) -> PostgresQuery {
        """
        SELECT t.id, s.region, a.region, coalesce(a.attempt, 0),
               EXISTS (SELECT FROM moves AS m WHERE m.tenantId = t.id
                       AND m.state NOT IN ('completed', 'cancelled', 'reversed')),
               h.id IS NULL AND EXISTS (SELECT FROM tenant_changes AS c WHERE c.tenantId = t.id AND c.kind = 'erasure'
                                        AND c.state = 'finished')
        FROM \(fragment: source) LEFT JOIN tenants AS h ON h.id = t.id LEFT JOIN shards AS s ON s.id = h.shard
        LEFT JOIN audit_chains AS a ON a.tenantId = t.id
        """
    }
}
