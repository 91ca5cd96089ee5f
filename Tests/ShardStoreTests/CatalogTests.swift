import Postgres
import ShardStore
import Testing

@Suite("The catalog of a shard", .serialized)
struct CatalogTests {
    @Test("Every table with a tenantId is guarded, keyed by the tenant, carried and erased")
    func everyTable() async throws {
        try await withShard { shard in
            let findings = try await shard.owner.withUndone { try await IsolationCatalog(transaction: $0).findings() }
            #expect(findings == [])
        }
    }

    @Test("The check finds every table that lacks anything, and every way around the policies")
    func planted() async throws {
        try await withShard { shard in
            for (change, finding) in CatalogTests.faults {
                let findings = try await shard.owner.withUndone { transaction in
                    try await transaction.script(CatalogTests.table + change)
                    return try await IsolationCatalog(transaction: transaction).findings()
                }
                #expect(findings.contains(finding), "\(change): \(findings)")
            }
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

    // MARK: - Private

    /// A table that nobody has thought of.
    private static let table = """
        CREATE TABLE forgotten (tenantId UUID CONSTRAINT fk REFERENCES tenants (id) ON DELETE CASCADE, id UUID,
                                PRIMARY KEY (tenantId, id));
        ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_isolation ON forgotten USING (tenantId = hub_current_tenant())
          WITH CHECK (tenantId = hub_current_tenant());

        """

    /// What is done to it or to the application's role, and what the check must say.
    private static let faults = [
        ("", "forgotten is in no list of tenant tables"),
        ("ALTER TABLE forgotten DISABLE ROW LEVEL SECURITY", "forgotten has no row-level security"),
        ("ALTER TABLE forgotten NO FORCE ROW LEVEL SECURITY", "forgotten does not force row-level security"),
        ("DROP POLICY tenant_isolation ON forgotten", "forgotten has no policy with a check"),
        (
            "ALTER POLICY tenant_isolation ON forgotten USING (true)",
            "forgotten has no policy that hides other tenants"
        ),
        ("ALTER POLICY tenant_isolation ON forgotten WITH CHECK (true)", "forgotten has no policy with a check"),
        (
            """
            DROP POLICY tenant_isolation ON forgotten;
            CREATE POLICY tenant_isolation ON forgotten FOR SELECT USING (tenantId = hub_current_tenant())
            """, "forgotten has no policy with a check"
        ),
        ("ALTER POLICY tenant_isolation ON forgotten TO hub_admin", "forgotten has no policy with a check"),
        ("CREATE POLICY wide ON forgotten USING (true)", "forgotten has a policy that widens another"),
        (
            "ALTER TABLE forgotten DROP CONSTRAINT forgotten_pkey",
            "forgotten has no primary key that starts with the tenant"
        ),
        (
            "ALTER TABLE forgotten DROP CONSTRAINT forgotten_pkey; ALTER TABLE forgotten ADD PRIMARY KEY (id, tenantId)",
            "forgotten has no primary key that starts with the tenant"
        ),
        ("ALTER TABLE forgotten SET UNLOGGED", "forgotten is not logged"),
        ("CREATE UNIQUE INDEX everywhere ON forgotten (id)", "everywhere is unique across tenants"),
        ("ALTER TABLE forgotten OWNER TO hub_app", "hub_app owns forgotten"),
        ("GRANT TRUNCATE ON forgotten TO hub_app", "hub_app may truncate forgotten"),
        ("GRANT TRUNCATE ON forgotten TO PUBLIC", "hub_app may truncate forgotten"),
        ("GRANT UPDATE ON forgotten TO hub_app", "hub_app may move a row of forgotten to another tenant"),
        ("GRANT SELECT ON audit_logs_default TO hub_app", "hub_app reaches the partition audit_logs_default"),
        (
            "ALTER TABLE audit_logs_default NO FORCE ROW LEVEL SECURITY",
            "audit_logs_default does not force row-level security"
        ),
        ("GRANT CREATE ON SCHEMA public TO hub_app", "hub_app may change the schema"),
        (
            "ALTER TABLE users ADD UNIQUE (id); ALTER TABLE forgotten ADD FOREIGN KEY (id) REFERENCES users (id)",
            "forgotten refers to users without the tenant"
        ),
        (
            "ALTER TABLE users ADD UNIQUE (id, tenantId); ALTER TABLE forgotten ADD FOREIGN KEY (tenantId, id) REFERENCES users (id, tenantId)",
            "forgotten refers to users without the tenant"
        ),
        ("ALTER TABLE forgotten ADD ownerId UUID", "forgotten.ownerid refers to nothing"),
        ("ALTER TABLE forgotten DROP CONSTRAINT fk", "forgotten does not go with its tenant"),
        (
            "CREATE VIEW everything AS SELECT * FROM users; GRANT SELECT ON everything TO hub_app",
            "everything is read past the policies"
        ),
        (
            """
            CREATE FUNCTION peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM users';
            GRANT EXECUTE ON FUNCTION peep() TO hub_app
            """, "peep runs as its owner"
        ),
        ("DROP TABLE idempotency_keys", "idempotency_keys does not exist"),
        ("ALTER ROLE hub_app SUPERUSER", "hub_app may do everything"),
        ("ALTER ROLE hub_app BYPASSRLS", "hub_app may bypass row-level security"),
        ("ALTER ROLE hub_app CREATEROLE", "hub_app may create roles"),
        ("ALTER ROLE hub_app CREATEDB", "hub_app may create databases"),
        ("ALTER ROLE hub_app REPLICATION", "hub_app may replicate"),
        ("GRANT hub_admin TO hub_app", "hub_app is a member of hub_admin"),
        (
            "CREATE ROLE between; GRANT hub_admin TO between; GRANT between TO hub_app",
            "hub_app is a member of hub_admin"
        ),
    ]
}
