import HubColumns
package import HubModel
package import Postgres

/// What a store holds in all.
package struct AuditContents: Sendable {
    package let chains: Int
    package let entries: Int
    package let waiting: Int
}

extension AuditDatabase {
    package func contents() async throws(AuditStoreError) -> AuditContents {
        try await telling("counting") {
            let (chains, entries, waiting) = try await pool.query(
                """
                SELECT count(*) FILTER (WHERE state = 'here'),
                       coalesce(sum(entries) FILTER (WHERE state = 'here'), 0)::bigint,
                       (SELECT count(*) FROM audit_logs)
                FROM audit_chains
                """
            ).single().decode((Int.self, Int.self, Int.self))
            return AuditContents(chains: chains, entries: entries, waiting: waiting)
        }
    }

    /// Hands out a tenant's sealed entries before a moment, each as the text of a JSON object with the columns of a shard's
    /// `audit_logs`.
    ///
    /// - Parameter users: those that there are; an entry of another has none.
    /// - Throws: `.refused` when months of it are in files.
    package func export(
        _ tenant: TenantID,
        before floor: Timestamp,
        users: [UserID],
        _ body: ([String]) async throws -> Void
    ) async throws(AuditStoreError) {
        try await requireAttached(tenant)
        try await telling("exporting the trail") {
            try await pool.withTransaction(TransactionOptions(isolation: .repeatableRead, isReadOnly: true)) {
                transaction in
                let cursor: PostgresQuery = """
                    DECLARE entries NO SCROLL CURSOR FOR
                    SELECT (to_jsonb(t) - 'sequence' - 'seal' - 'digest'
                      || jsonb_build_object('userid', CASE WHEN userId = ANY(\(users)) THEN userId END))::text
                    FROM audit_trail AS t WHERE tenantId = \(tenant) AND timestamp < \(floor) ORDER BY timestamp, id
                    """
                _ = try await transaction.query(cursor.unprepared)
                while true {
                    let rows = try await transaction.query(
                        PostgresQuery(unsafeSQL: "FETCH 2000 FROM entries").unprepared
                    )
                    .decode(String.self)
                    if rows.isEmpty { return }
                    try await body(rows)
                }
            }
        }
    }

    /// Compares the part of a tenant's trail that its shard has with what is sealed or waits here: the shard's rows are what
    /// they were, apart from users who are gone, and none that is sealed is missing.
    ///
    /// - Parameter shard: connections of the shard's administrator.
    /// - Returns: what is wrong, a sentence each.
    package func compare(
        _ tenant: TenantID,
        with shard: PostgresPool,
        of id: ShardID
    ) async throws(AuditStoreError) -> [String] {
        let text = AuditDigest.commonText("a")
        let digest = "encode(sha256(convert_to(\(text), 'UTF8')), 'hex')"
        var faults: [String] = []
        var last: (Timestamp, AuditLogID)?
        let (floor, now) = try await AuditStoreError.telling("shard \(id)", "reading the trail") {
            try await shard.query(
                "SELECT max(floor), now() FROM audit_floors WHERE tenantId = \(tenant)"
            ).single().decode((Timestamp?.self, Timestamp.self))
        }
        // What is sealed was committed on the shard before.
        let sealed = try await telling("reading the trail") {
            try await pool.query(
                "SELECT count(*) FROM audit_trail WHERE tenantId = \(tenant) AND timestamp >= \(floor ?? Timestamp(microseconds: 0))"
            ).single().decode(Int.self, at: 0)
        }
        var found = 0
        while true {
            let after: PostgresQuery = last.map { "AND (timestamp, id) > (\($0.0), \($0.1))" } ?? ""
            let rows = try await AuditStoreError.telling("shard \(id)", "reading the trail") {
                try await shard.query(
                    """
                    SELECT a.timestamp, a.id, \(unescaped: digest) FROM audit_logs AS a
                    WHERE a.tenantId = \(tenant) \(fragment: after) ORDER BY a.timestamp, a.id LIMIT 5000
                    """
                ).decode((Timestamp.self, AuditLogID.self, String.self))
            }
            guard let end = rows.last else { break }
            last = (end.0, end.1)
            let here = try await telling("reading the trail") {
                try await pool.query(
                    """
                    SELECT a.id, \(unescaped: digest), true FROM audit_trail AS a
                    WHERE a.tenantId = \(tenant) AND (a.timestamp, a.id) BETWEEN (\(rows[0].0), \(rows[0].1)) AND (\(end.0), \(end.1))
                    UNION ALL SELECT a.id, \(unescaped: digest), false FROM audit_logs AS a WHERE a.tenantId = \(tenant)
                    """
                ).decode((AuditLogID.self, String.self, Bool.self))
            }
            let known = Dictionary(here.map { ($0.0, ($0.1, $0.2)) }) { first, _ in first }
            for (timestamp, entry, digest) in rows {
                guard let (other, isSealed) = known[entry] else {
                    // It may be under way.
                    if now - timestamp > .seconds(300) {
                        faults.append("entry \(entry) of shard \(id) never came to \(described)")
                    }
                    continue
                }
                if isSealed { found += 1 }
                if digest != other { faults.append("entry \(entry) was edited on shard \(id)") }
            }
        }
        if found < sealed {
            faults.append("\(sealed - found) sealed entries are missing on shard \(id): they were deleted there")
        }
        return faults
    }
}
