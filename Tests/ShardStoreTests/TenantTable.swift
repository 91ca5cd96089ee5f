import Postgres

/// A table that holds rows of tenants, as the catalog of a shard's database knows it.
struct TenantTable: Sendable {
    let name: String
    /// The column that names the tenant.
    let key: String
    let isPartition: Bool
    /// The columns that hold the id of something else than the tenant and the row itself.
    let references: [String]

    /// The columns that refer to nothing, each for its reason: a trail and a log outlive what they name, and super admins
    /// and moves are the directory's.
    static let free = [
        "audit_logs.entityid", "events.entityid", "events.projectid", "events.userid", "impersonations.operatorid",
        "move_markers.moveid", "sessions.operatorid", "tenant_ownership.moveid",
    ]

    /// Every table with a tenantId, and `tenants` itself: whoever adds one need not name it to a test.
    static func all(_ transaction: PostgresTransaction) async throws -> [TenantTable] {
        try await transaction.query(
            """
            SELECT c.relname, k.attname, c.relispartition,
                   ARRAY(SELECT a.attname::text FROM pg_attribute AS a
                         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                           AND a.atttypid = 'uuid'::regtype AND a.attname NOT IN (k.attname, 'id') ORDER BY a.attnum)
            FROM pg_class AS c JOIN pg_attribute AS k ON k.attrelid = c.oid AND NOT k.attisdropped
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND k.attname = CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenantid' END
            ORDER BY c.relname
            """
        ).decode((String.self, String.self, Bool.self, [String].self))
            .map { TenantTable(name: $0.0, key: $0.1, isPartition: $0.2, references: $0.3) }
    }
}
