package import Migrations

extension ShardSchema {
    /// What lets the region's audit store follow the trail, and the shard forget the months that are safe there.
    package static let auditStore = Migration(
        version: 16,
        name: "audit-store",
        sql: #"""
            -- From when on a tenant's trail is here; what is older is in its region's audit store alone. A row for each time
            -- that this changed, and the latest counts; none for a tenant whose whole trail is here. It travels with a
            -- tenant as all its rows do.
            CREATE TABLE audit_floors (
              tenantId UUID,
              floor TIMESTAMPTZ,
              CONSTRAINT pk_audit_floors PRIMARY KEY (tenantId, floor),
              CONSTRAINT fk_audit_floors_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE
            );
            ALTER TABLE audit_floors ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON audit_floors
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());
            GRANT SELECT ON audit_floors TO hub_app;

            -- Insertions only: what becomes of a row here does not change what the store was told.
            CREATE PUBLICATION hub_audit FOR TABLE audit_logs WITH (publish = 'insert', publish_via_partition_root = true);

            -- Forgets a month: tenants' floors are raised and the partition is dropped, in this transaction. The caller has
            -- made sure that all of it is in the store. False while a move reads or writes here, whose stream would carry
            -- the floors and not the drop; it is tried again later.
            CREATE FUNCTION hub_forget_audit_month(month timestamptz) RETURNS boolean
              LANGUAGE plpgsql SET TimeZone = 'UTC' SET lock_timeout = '2s'
              AS $$
            DECLARE
              partition text := 'audit_logs_' || to_char(month, 'YYYY_MM');
            BEGIN
              PERFORM pg_advisory_xact_lock(18434, 0); -- that of hub_create_audit_partitions, and of who begins a stream
              IF EXISTS (SELECT FROM pg_publication WHERE pubname LIKE 'hub\_move\_%')
                 OR EXISTS (SELECT FROM pg_subscription WHERE subname LIKE 'hub\_move\_%'
                            AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
                 OR EXISTS (SELECT FROM public.tenant_ownership WHERE state = 'importing') THEN
                RETURN false;
              END IF;
              EXECUTE format('LOCK TABLE public.%I IN SHARE MODE', partition);
              EXECUTE format('INSERT INTO public.audit_floors SELECT DISTINCT tenantId, %L::timestamptz FROM public.%I
                              ON CONFLICT DO NOTHING', month + interval '1 month', partition);
              EXECUTE format('ALTER TABLE public.audit_logs DETACH PARTITION public.%I', partition);
              EXECUTE format('DROP TABLE public.%I', partition);
              RETURN true;
            END $$;
            """#
    )
}
