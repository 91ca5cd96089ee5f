package import HubModel
package import Postgres

/// The table `audit_witnesses`, which the directory and every audit store have alike.
extension AuditWitness {
    /// Keeps heads; of each day (UTC) the last of a tenant's stays.
    package static func keeping(_ heads: [AuditWitness]) -> [PostgresQuery] {
        let tenants = heads.map(\.tenant), numbers = heads.map(\.number)
        return [
            """
            INSERT INTO audit_witnesses (tenantId, number, entries, hash, region)
            SELECT t, n, e, decode(h, 'hex'), r
            FROM unnest(\(tenants)::uuid[], \(numbers)::bigint[], \(heads.map(\.entries))::bigint[],
                        \(heads.map(\.hash))::text[], \(heads.map(\.region.rawValue))::text[]) AS u (t, n, e, h, r)
            ON CONFLICT DO NOTHING
            """,
            """
            DELETE FROM audit_witnesses AS w
            USING unnest(\(tenants)::uuid[], \(numbers)::bigint[]) AS u (t, n)
            WHERE w.tenantId = u.t AND w.number < u.n AND w.witnessedAt >= date_trunc('day', now(), 'UTC')
            """,
        ]
    }

    /// All that are kept of a tenant, the oldest first.
    package static func kept(of tenant: TenantID) -> PostgresQuery {
        """
        SELECT tenantId, number, entries, encode(hash, 'hex'), region, witnessedAt FROM audit_witnesses
        WHERE tenantId = \(tenant) ORDER BY number
        """
    }

    package init(_ row: PostgresRow) throws(PostgresError) {
        let (tenant, number, entries, hash, region, witnessedAt) = try row.decode(
            (TenantID.self, Int.self, Int.self, String.self, RegionID.self, Timestamp.self)
        )
        self.init(
            tenant: tenant,
            number: number,
            entries: entries,
            hash: hash,
            region: region,
            witnessedAt: witnessedAt
        )
    }
}
