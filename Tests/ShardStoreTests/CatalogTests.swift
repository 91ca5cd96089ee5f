import Postgres
import ShardStore
import Testing

@Suite("The catalog of a shard", .serialized)
struct CatalogTests {
    @Test("Every table with a tenantId is guarded, keyed by the tenant, carried and erased")
    func everyTable() async throws {
        try await withShard { shard in
            let findings = try await findings(shard.owner)
            #expect(findings == [])
        }
    }

    @Test(
        "The check finds a table that lacks anything",
        arguments: [
            ("", "forgotten is in no list of tenant tables"),
            ("ALTER TABLE forgotten DISABLE ROW LEVEL SECURITY", "forgotten has no row-level security"),
            ("ALTER TABLE forgotten NO FORCE ROW LEVEL SECURITY", "forgotten does not force row-level security"),
            ("DROP POLICY tenant_isolation ON forgotten", "forgotten has no policy with a check"),
            (
                "ALTER TABLE forgotten DROP CONSTRAINT forgotten_pkey",
                "forgotten has no key that starts with the tenant"
            ),
            (
                "ALTER TABLE forgotten DROP CONSTRAINT forgotten_pkey; ALTER TABLE forgotten ADD PRIMARY KEY (id, tenantId)",
                "forgotten has no key that starts with the tenant"
            ),
            ("ALTER TABLE forgotten OWNER TO hub_app", "hub_app owns forgotten"),
            ("GRANT TRUNCATE ON forgotten TO hub_app", "hub_app may truncate forgotten"),
            (
                "ALTER TABLE users ADD UNIQUE (id); ALTER TABLE forgotten ADD FOREIGN KEY (id) REFERENCES users (id)",
                "forgotten refers to users without the tenant"
            ),
        ]
    )
    func planted(change: String, finding: String) async throws {
        try await withShard { shard in
            try await shard.owner.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TABLE forgotten (tenantId UUID, id UUID, PRIMARY KEY (tenantId, id));
                    ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                    CREATE POLICY tenant_isolation ON forgotten USING (tenantId = hub_current_tenant())
                      WITH CHECK (tenantId = hub_current_tenant());
                    \(change)
                    """
                )
            }
            #expect(try await findings(shard.owner).contains(finding))
        }
    }

    @Test("The application's role can bypass nothing")
    func role() async throws {
        try await withShard { shard in
            let role = try await shard.owner.query(
                """
                SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
                FROM pg_roles WHERE rolname = 'hub_app'
                """
            )
            #expect(try role.single().decode(Bool.self, at: 0) == false)
        }
    }

    @Test("The document's indices and constraints are there by name")
    func names() async throws {
        try await withShard { shard in
            let names = try await shard.owner.query(
                "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I')"
            ).map { try $0.decode(String.self, at: 0) }
            for name in [
                "pk_tenants", "pk_users", "pk_projects", "pk_tasks", "pk_audit_logs", "uq_tenants_subdomain",
                "fk_users_tenantid", "fk_projects_tenantid", "fk_projects_createdby", "fk_tasks_projectid",
                "fk_tasks_tenantid", "fk_tasks_assignedto", "fk_audit_logs_tenantid", "fk_audit_logs_userid",
                "ck_users_role", "ck_projects_status", "ck_tasks_status", "ck_tasks_priority",
                "idx_users_tenantid_email", "idx_projects_tenantid", "idx_tasks_tenantid", "idx_tasks_projectid",
                "idx_audit_logs_tenantid", "idx_tasks_assignedto", "idx_audit_logs_timestamp", "idx_projects_createdby",
            ] {
                #expect(names.contains(name), "\(name)")
            }
        }
    }

    /// What is wrong with the tables of tenants, one sentence each.
    private func findings(_ owner: PostgresPool) async throws -> [String] {
        let tables = try await owner.query(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
                   EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = '*'
                           AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL),
                   EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indkey[0] = a.attnum),
                   pg_get_userbyid(c.relowner) = 'hub_app', has_table_privilege('hub_app', c.oid, 'TRUNCATE'),
                   ARRAY(SELECT f.confrelid::regclass::text FROM pg_constraint f
                         WHERE f.conrelid = c.oid AND f.contype = 'f' AND NOT a.attnum = ANY(f.conkey))
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND a.attname = CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenantid' END
            ORDER BY c.relname
            """
        )
        var findings: [String] = []
        for row in tables {
            let (table, enabled, forced, isPartition, guarded, keyed, owned, truncatable, references) = try row.decode(
                (
                    String.self, Bool.self, Bool.self, Bool.self, Bool.self, Bool.self, Bool.self, Bool.self,
                    [String].self
                )
            )
            if !enabled { findings.append("\(table) has no row-level security") }
            if !forced { findings.append("\(table) does not force row-level security") }
            if !guarded { findings.append("\(table) has no policy with a check") }
            if !keyed { findings.append("\(table) has no key that starts with the tenant") }
            if owned { findings.append("hub_app owns \(table)") }
            if truncatable { findings.append("hub_app may truncate \(table)") }
            for other in references { findings.append("\(table) refers to \(other) without the tenant") }
            if !isPartition, table != "tenants", !ShardSchema.tenantTables.contains(table) {
                findings.append("\(table) is in no list of tenant tables")
            }
        }
        let known = try tables.map { try $0.decode(String.self, at: 0) }
        for table in ShardSchema.tenantTables + ["tenants"] where !known.contains(table) {
            findings.append("\(table) does not exist")
        }
        return findings
    }
}
