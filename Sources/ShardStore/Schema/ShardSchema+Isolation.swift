package import Migrations

extension ShardSchema {
    /// Row-level security on every table of a tenant, and the least the application's role can work with.
    ///
    /// The role is not the owner, may not TRUNCATE, may not change a key, and may only add to the audit trail: what the
    /// trail loses by ON DELETE, it loses through the owner's foreign keys. It can neither change an ownership row nor
    /// remove one that is not active, so no fault of a backend can lift a fence.
    package static let isolation = Migration(
        version: 4,
        name: "isolation",
        sql: #"""
            ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON tenants
              USING (id = hub_current_tenant()) WITH CHECK (id = hub_current_tenant());

            ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON users
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            ALTER TABLE projects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON projects
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            ALTER TABLE tasks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON tasks
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON audit_logs
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            -- Nobody is granted a partition, but a policy of the parent does not guard a query that names one.
            ALTER TABLE audit_logs_default ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON audit_logs_default
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            ALTER TABLE sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON sessions
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            ALTER TABLE tenant_ownership ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON tenant_ownership
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());
            -- A tenant that a move holds here (importing, frozen, left) is out of the application's hands.
            CREATE POLICY active_only_insert ON tenant_ownership AS RESTRICTIVE FOR INSERT WITH CHECK (state = 'active');
            CREATE POLICY active_only_delete ON tenant_ownership AS RESTRICTIVE FOR DELETE USING (state = 'active');

            GRANT SELECT, INSERT, DELETE, UPDATE (subdomain, name, maxUsers, maxProjects, updatedAt)
              ON tenants TO hub_app;
            GRANT SELECT, INSERT, DELETE, UPDATE (email, fullName, passwordHash, role, updatedAt)
              ON users TO hub_app;
            GRANT SELECT, INSERT, DELETE, UPDATE (name, description, status, updatedAt)
              ON projects TO hub_app;
            GRANT SELECT, INSERT, DELETE, UPDATE (title, description, status, priority, assignedTo, dueDate, updatedAt)
              ON tasks TO hub_app;
            -- The time of an entry is the transaction's: it cannot be chosen.
            GRANT SELECT, INSERT (id, tenantId, userId, action, entityType, entityId, changes, ipAddress)
              ON audit_logs TO hub_app;
            GRANT SELECT, INSERT, DELETE ON sessions TO hub_app;
            GRANT SELECT, INSERT, DELETE ON tenant_ownership TO hub_app;
            """#
    )
}
