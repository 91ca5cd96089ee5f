import Postgres

/// How large a table of the shard is, all partitions together.
struct TableSize {
    static let tables = ["users", "projects", "tasks", "task_counts", "audit_logs"]

    let table: String
    /// With indices and TOAST.
    let bytes: Int64
    /// What a row of it takes, by the density that the last ANALYZE found; 0 for a table without statistics. Partitions
    /// without are left out.
    let bytesPerRow: Double
    /// Of the whole database.
    let databaseBytes: Int64

    /// Costs a few look-ups in the catalog.
    static func read(
        in transaction: PostgresTransaction,
        within timeout: Duration
    ) async throws(PostgresError) -> [TableSize] {
        let query: PostgresQuery = """
            WITH part AS (
              SELECT whole.relname, c.oid, c.reltuples / nullif(c.relpages, 0) AS density
              FROM pg_class AS whole
              JOIN pg_class AS c ON c.relkind = 'r' AND (c.oid = whole.oid
                OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = whole.oid))
              WHERE whole.relnamespace = 'public'::regnamespace AND whole.relname = ANY(\(tables))
            ),
            size AS (
              SELECT relname, sum(pg_total_relation_size(oid)) AS bytes,
                     sum(pg_total_relation_size(oid)) FILTER (WHERE density > 0) AS known_bytes,
                     sum(density * (pg_relation_size(oid) / current_setting('block_size')::int)) FILTER (WHERE density > 0)
                       AS known_rows
              FROM part GROUP BY relname
            )
            SELECT relname::text, bytes::bigint, coalesce(known_bytes / nullif(known_rows, 0), 0)::float8,
                   pg_database_size(current_database())
            FROM size
            """
        return try await transaction.query(query.within(timeout)).decode(
            (String.self, Int64.self, Double.self, Int64.self)
        ).map {
            TableSize(table: $0.0, bytes: $0.1, bytesPerRow: $0.2, databaseBytes: $0.3)
        }
    }
}

extension StorageWeights {
    /// The rows of a table without statistics are counted: it is new, or small.
    init(
        _ sizes: [TableSize],
        in transaction: PostgresTransaction,
        within timeout: Duration
    ) async throws(PostgresError) {
        var weights: [String: Double] = [:]
        for size in sizes {
            weights[size.table] = size.bytesPerRow
            if size.bytesPerRow == 0 {
                let count: PostgresQuery = "SELECT count(*) FROM \(identifier: size.table)"
                let rows = try await transaction.query(count.within(timeout))
                weights[size.table] = Double(size.bytes) / Double(max(1, try rows.single().decode(Int.self, at: 0)))
            }
        }
        self.init(
            bytesPerUser: weights["users", default: 0],
            // A project has four counters.
            bytesPerProject: weights["projects", default: 0] + 4 * weights["task_counts", default: 0],
            bytesPerTask: weights["tasks", default: 0],
            bytesPerAuditEntry: weights["audit_logs", default: 0],
            databaseBytes: sizes.first?.databaseBytes ?? 0
        )
    }
}
