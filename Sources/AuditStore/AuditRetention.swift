import FoundationEssentials
import HubColumns
package import HubModel
package import Postgres

/// Lets a shard forget months of the trail that are whole in its region's audit store.
package struct AuditRetention: Sendable {
    package let shard: ShardID
    /// Connections of the shard's administrator.
    let source: PostgresPool
    let store: AuditDatabase

    package init(shard: ShardID, source: PostgresPool, store: AuditDatabase) {
        (self.shard, self.source, self.store) = (shard, source, store)
    }

    /// Forgets the oldest month that is old enough, if every entry of it is sealed in the store.
    ///
    /// - Parameter keeping: how many past months the shard keeps besides the present one.
    /// - Returns: the month, as `2026-03`; nil when there is none to forget, or a move is under way.
    /// - Throws: `.refused` when the store lacks entries of it.
    package func forgetOldest(keeping months: Int) async throws(AuditStoreError) -> String? {
        let oldest = try await telling("looking for old months") {
            try await source.query(
                """
                SELECT to_date(substring(c.relname FROM 12), 'YYYY_MM')::text FROM pg_inherits AS i
                JOIN pg_class AS c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'public.audit_logs'::regclass AND c.relname ~ '^audit_logs_[0-9]{4}_[0-9]{2}$'
                  AND to_date(substring(c.relname FROM 12), 'YYYY_MM')
                      < date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => \(Int32(months)))
                ORDER BY 1 LIMIT 1
                """
            ).decode(String.self)
        }
        guard let day = oldest.first else { return nil }
        let month = String(day.prefix(7))
        let missing = try await missing(day)
        guard missing == 0 else {
            throw AuditStoreError(
                .refused,
                "\(store.described) lacks \(missing) entries of \(month) that shard \(shard) has: the shard keeps the month"
            )
        }
        let isForgotten = try await telling("forgetting \(month)") {
            try await source.query(
                PostgresQuery(unsafeSQL: "SELECT hub_forget_audit_month('\(day) 00:00:00+00')").unprepared
                    .within(.seconds(120))
            ).single().decode(Bool.self, at: 0)
        }
        return isForgotten ? month : nil
    }

    // MARK: - Private

    /// How many entries of a month the shard has and the store has not sealed; tenant by tenant, so that neither side is held
    /// in memory. The user is left out of the comparison, who may be gone on the shard.
    private func missing(_ day: String) async throws(AuditStoreError) -> Int {
        let text = AuditDigest.commonText("a")
        var missing = 0
        var last = TenantID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        while true {
            let reached = last
            let here = try await telling("comparing the trail") {
                try await source.query(
                    PostgresQuery(
                        unsafeSQL: """
                            SELECT tenantId, count(*), coalesce(bit_xor(hashtextextended(\(text), 0)), 0) FROM audit_logs AS a
                            WHERE timestamp >= '\(day) 00:00:00+00'
                              AND timestamp < '\(day) 00:00:00+00'::timestamptz + interval '1 month'
                              AND tenantId > '\(reached)' GROUP BY tenantId ORDER BY tenantId LIMIT 1000
                            """
                    ).unprepared.within(.seconds(600))
                ).decode((TenantID.self, Int.self, Int64.self))
            }
            guard let end = here.last else { return missing }
            let tenants = here.map(\.0)
            let there = try await store.telling("comparing the trail") {
                try await store.pool.query(
                    """
                    SELECT tenantId, count(*), coalesce(bit_xor(hashtextextended(\(unescaped: text), 0)), 0) FROM audit_trail AS a
                    WHERE timestamp >= \(unescaped: "'\(day) 00:00:00+00'")
                      AND timestamp < \(unescaped: "'\(day) 00:00:00+00'::timestamptz + interval '1 month'")
                      AND tenantId = ANY(\(tenants)::uuid[]) GROUP BY tenantId
                    """
                ).decode((TenantID.self, Int.self, Int64.self))
            }
            let known = Dictionary(there.map { ($0.0, ($0.1, $0.2)) }) { first, _ in first }
            for (tenant, count, digest) in here {
                guard let (sealed, found) = known[tenant] else {
                    missing += count
                    continue
                }
                if sealed != count || found != digest { missing += max(1, count - sealed) }
            }
            last = end.0
        }
    }

    private func telling<Answer>(_ doing: String, _ body: () async throws -> Answer) async throws(AuditStoreError)
        -> Answer
    {
        try await AuditStoreError.telling("shard \(shard)", doing, body)
    }
}
