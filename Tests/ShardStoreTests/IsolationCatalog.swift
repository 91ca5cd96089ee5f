import Postgres
import ShardStore

/// What the catalog of a shard's database says about the walls between tenants.
struct IsolationCatalog {
    /// A transaction of the database's owner.
    let transaction: PostgresTransaction

    /// Everything that is wrong, one sentence each, sorted.
    func findings() async throws -> [String] {
        var findings: [String] = []
        for query in [tables, indices, references, unreferring, privileges, bypasses, role] {
            findings += try await transaction.query(query).map { try $0.decode(String.self, at: 0) }
        }
        return (findings + (try await unlisted())).sorted()
    }

    // MARK: - Private

    /// The tables of tenants, each with its key's column.
    private var tenantTables: PostgresQuery {
        """
        SELECT c.*, a.attname, a.attnum FROM
          (SELECT * FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace) AS c
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
            AND a.attname = CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenantid' END
        """
    }

    private var tables: PostgresQuery {
        """
        WITH t AS (\(fragment: tenantTables)),
        guard AS (
          SELECT t.relname, count(p.*) FILTER (WHERE p.polpermissive AND p.polroles <> ARRAY['hub_report'::regrole::oid])
                   AS permissive,
                 coalesce(bool_or(p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}'
                   AND pg_get_expr(p.polqual, t.oid) = format('(%s = hub_current_tenant())', t.attname)), false) AS reads,
                 coalesce(bool_or(p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}'
                   AND pg_get_expr(p.polwithcheck, t.oid) = format('(%s = hub_current_tenant())', t.attname)), false)
                   AS writes
          FROM t LEFT JOIN pg_policy AS p ON p.polrelid = t.oid GROUP BY t.relname
        )
        SELECT relname || ' has no row-level security' FROM t WHERE NOT relrowsecurity
        UNION ALL SELECT relname || ' does not force row-level security' FROM t WHERE NOT relforcerowsecurity
        UNION ALL SELECT relname || ' has no policy that hides other tenants' FROM guard WHERE NOT reads
        UNION ALL SELECT relname || ' has no policy with a check' FROM guard WHERE NOT writes
        UNION ALL SELECT relname || ' has a policy that widens another' FROM guard WHERE permissive > 1
        UNION ALL SELECT relname || ' has no primary key that starts with the tenant' FROM t
          WHERE NOT EXISTS (SELECT FROM pg_index AS i
                            WHERE i.indrelid = t.oid AND i.indisprimary AND i.indkey[0] = t.attnum)
        UNION ALL SELECT relname || ' is not logged' FROM t WHERE relpersistence <> 'p'
        """
    }

    /// A unique index over all tenants tells one of them what another has.
    private var indices: PostgresQuery {
        """
        WITH t AS (\(fragment: tenantTables))
        SELECT format('%s is unique across tenants', i.indexrelid::regclass)
        FROM pg_index AS i JOIN t ON t.oid = i.indrelid
        WHERE i.indisunique AND NOT t.attnum = ANY (i.indkey)
          AND i.indexrelid::regclass::text <> 'uq_tenants_subdomain'
        """
    }

    /// Foreign keys that do not pair the tenant with the tenant, and tables that do not go with their tenant.
    private var references: PostgresQuery {
        """
        WITH t AS (\(fragment: tenantTables)),
        key AS (
          SELECT t.relname, other.relname AS target,
                 EXISTS (SELECT FROM unnest(f.conkey, f.confkey) AS pair (source, target)
                         WHERE pair.source = t.attnum AND pair.target = other.attnum) AS pairs
          FROM pg_constraint AS f JOIN t ON t.oid = f.conrelid JOIN t AS other ON other.oid = f.confrelid
          WHERE f.contype = 'f'
        )
        SELECT format('%s refers to %s without the tenant', relname, target) FROM key WHERE NOT pairs
        UNION ALL SELECT relname || ' does not go with its tenant' FROM t
          WHERE relname NOT IN ('tenants', 'tenant_ownership')
            AND NOT EXISTS (SELECT FROM pg_constraint AS f WHERE f.conrelid = t.oid AND f.contype = 'f'
                            AND f.confrelid = 'tenants'::regclass AND f.confdeltype = 'c' AND f.conkey = ARRAY[t.attnum])
        """
    }

    /// Columns that hold an id, and no foreign key that says whose.
    private var unreferring: PostgresQuery {
        """
        WITH t AS (\(fragment: tenantTables))
        SELECT format('%s.%s refers to nothing', t.relname, a.attname)
        FROM t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE a.atttypid = 'uuid'::regtype AND a.attname NOT IN ('id', 'tenantid')
          AND NOT t.relispartition AND t.relname || '.' || a.attname <> ALL (\(TenantTable.free))
          AND NOT EXISTS (SELECT FROM pg_constraint AS f
                          WHERE f.conrelid = t.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))
        """
    }

    /// What the application's role holds beyond reading and writing rows, by itself or through PUBLIC or a membership.
    private var privileges: PostgresQuery {
        """
        WITH t AS (\(fragment: tenantTables))
        SELECT format('hub_app may %s %s', lower(privilege), t.relname)
        FROM t CROSS JOIN unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
        WHERE has_table_privilege('hub_app', t.oid, privilege)
        UNION ALL SELECT format('hub_app reaches the partition %s', t.relname)
        FROM t WHERE t.relispartition AND (has_any_column_privilege('hub_app', t.oid, 'SELECT, INSERT, UPDATE')
                                           OR has_table_privilege('hub_app', t.oid, 'DELETE'))
        UNION ALL SELECT format('hub_app may move a row of %s to another tenant', t.relname) FROM t
        WHERE has_column_privilege('hub_app', t.oid, t.attnum, 'UPDATE')
        UNION ALL SELECT 'hub_app may change the schema' WHERE has_schema_privilege('hub_app', 'public', 'CREATE')
        """
    }

    /// Ways around a policy: relations and functions that read a table as their owner.
    private var bypasses: PostgresQuery {
        """
        SELECT format('%s is read past the policies', c.relname) FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm', 'f')
          AND has_any_column_privilege('hub_app', c.oid, 'SELECT')
          AND NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false)
        UNION ALL SELECT format('%s runs as its owner', p.proname) FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND has_function_privilege('hub_app', p.oid, 'EXECUTE')
          AND p.proname NOT IN ('hub_create_audit_partitions', 'hub_freeze_tenant', 'hub_replica_position')
        """
    }

    private var role: PostgresQuery {
        """
        SELECT 'hub_app may ' || attribute FROM pg_roles AS r CROSS JOIN LATERAL (VALUES
          ('do everything', rolsuper), ('bypass row-level security', rolbypassrls), ('create roles', rolcreaterole),
          ('create databases', rolcreatedb), ('replicate', rolreplication)) AS may (attribute, yes)
        WHERE r.rolname = 'hub_app' AND yes
        UNION ALL SELECT format('hub_app owns %s', relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relowner = 'hub_app'::regrole
        UNION ALL SELECT format('hub_app owns %s', proname) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proowner = 'hub_app'::regrole
        UNION ALL SELECT 'hub_app owns the database' FROM pg_database
        WHERE datname = current_database() AND datdba = 'hub_app'::regrole
        UNION ALL SELECT format('hub_app is a member of %s', rolname) FROM pg_roles
        WHERE rolname <> 'hub_app' AND pg_has_role('hub_app', oid, 'MEMBER')
        """
    }

    /// The list that an erasure and a move go by, against the catalog.
    private func unlisted() async throws -> [String] {
        let known = try await TenantTable.all(transaction).filter { !$0.isPartition }.map(\.name)
        let listed = Set(ShardSchema.tenantTables + ["tenants"])
        return known.filter { !listed.contains($0) }.map { "\($0) is in no list of tenant tables" }
            + listed.subtracting(known).map { "\($0) does not exist" }
    }
}
