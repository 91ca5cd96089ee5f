import Postgres
import ShardStore

/// What the schema of the carried tables looks like to a copy: a line for each column, constraint, index and migration.
enum SchemaDigest {
    /// Partitions are left out: each shard has the months it has had.
    static let lines: PostgresQuery = """
        WITH t AS (SELECT oid, relname FROM pg_class
                   WHERE relname = ANY(\(ShardSchema.carriedTables + ["tenant_ownership"]))
                     AND relnamespace = 'public'::regnamespace)
        SELECT format('column %s.%s %s%s%s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN ' NOT NULL' END, CASE a.attgenerated WHEN '' THEN '' ELSE ' GENERATED' END)
        FROM t JOIN pg_attribute AS a ON a.attrelid = t.oid WHERE a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT format('constraint %s of %s: %s', f.conname, t.relname, pg_get_constraintdef(f.oid))
        FROM t JOIN pg_constraint AS f ON f.conrelid = t.oid
        UNION ALL SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM t JOIN pg_index AS i ON i.indrelid = t.oid
        UNION ALL SELECT format('replica identity %s of %s', c.relreplident, t.relname) FROM t JOIN pg_class AS c USING (oid)
        UNION ALL SELECT format('migration %s %s %s', version, name, checksum) FROM schema_migrations
        ORDER BY 1
        """

    /// Carried tables whose replica identity lacks the tenant: each update of any tenant would fail while a filter is on.
    static let withoutTenant: PostgresQuery = """
        SELECT c.relname FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid
          AND a.attname = CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenantid' END
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(\(ShardSchema.carriedTables))
          AND c.relreplident <> 'f'
          AND NOT EXISTS (SELECT FROM pg_index AS i
                          WHERE i.indrelid = c.oid AND a.attnum = ANY(i.indkey)
                            AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END)
        ORDER BY c.relname
        """
}
