package import Migrations

extension ShardSchema {
    /// Who may count over all tenants: a role that sees the columns reports are made of, and nobody's name, address or text.
    ///
    /// Nobody logs in as it. The administrator takes it for the length of one read-only transaction, so that a report can do
    /// no more than count.
    package static let reports = Migration(
        version: 14,
        name: "reports",
        sql: #"""
            DO $$
            BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_report') THEN
                CREATE ROLE hub_report NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
              END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
              NULL; -- another shard of this cluster is being migrated at the same moment
            END $$;

            DO $$
            BEGIN
              IF NOT pg_has_role(current_user, 'hub_report', 'MEMBER') THEN
                EXECUTE format('GRANT hub_report TO %I', current_user);
              END IF;
            END $$;

            GRANT USAGE ON SCHEMA public TO hub_report;
            GRANT SELECT (id, createdAt, maxUsers, maxProjects) ON tenants TO hub_report;
            GRANT SELECT (tenantId, createdAt) ON users TO hub_report;
            GRANT SELECT (tenantId, createdAt) ON projects TO hub_report;
            GRANT SELECT (tenantId, status, dueDate, createdAt) ON tasks TO hub_report;
            GRANT SELECT (tenantId, tasks, completed) ON task_counts TO hub_report;
            GRANT SELECT (tenantId, timestamp) ON audit_logs TO hub_report;
            GRANT SELECT (tenantId, createdAt, lastUsedAt) ON sessions TO hub_report;

            -- They widen nothing for anybody else: a policy counts for its roles alone.
            CREATE POLICY reporting ON tenants FOR SELECT TO hub_report USING (true);
            CREATE POLICY reporting ON users FOR SELECT TO hub_report USING (true);
            CREATE POLICY reporting ON projects FOR SELECT TO hub_report USING (true);
            CREATE POLICY reporting ON tasks FOR SELECT TO hub_report USING (true);
            CREATE POLICY reporting ON task_counts FOR SELECT TO hub_report USING (true);
            CREATE POLICY reporting ON audit_logs FOR SELECT TO hub_report USING (true);
            CREATE POLICY reporting ON sessions FOR SELECT TO hub_report USING (true);
            """#
    )
}
