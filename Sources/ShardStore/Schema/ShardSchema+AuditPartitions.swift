package import Migrations

extension ShardSchema {
    /// Monthly partitions of the audit trail, made ahead of time by whoever comes first.
    package static let auditPartitions = Migration(
        version: 5,
        name: "audit-partitions",
        sql: #"""
            -- Makes each missing monthly partition (UTC) from that of `first` to that of `last`, and returns how many.
            -- Backends call it, so it runs as the owner. The partition is built beside the table and then attached:
            -- that blocks no reader, and writers only for the moment of the attachment; if even that moment cannot be
            -- had within two seconds it fails, and the next call tries again (meanwhile the default partition serves).
            CREATE FUNCTION hub_create_audit_partitions(first timestamptz, last timestamptz) RETURNS integer
              LANGUAGE plpgsql SECURITY DEFINER
              SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC' SET lock_timeout = '2s'
              AS $$
            DECLARE
              month timestamptz := date_trunc('month', first);
              following timestamptz;
              partition text;
              created integer := 0;
            BEGIN
              IF first IS NULL OR last IS NULL OR last > first + interval '20 years' THEN
                RAISE EXCEPTION 'audit partitions need a range of at most 20 years' USING ERRCODE = '22023';
              END IF;
              PERFORM pg_advisory_xact_lock(18434, 0); -- class of this maintenance
              WHILE month <= last LOOP
                following := month + interval '1 month';
                partition := 'audit_logs_' || to_char(month, 'YYYY_MM');
                IF to_regclass('public.' || partition) IS NULL THEN
                  EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_logs INCLUDING ALL)', partition);
                  EXECUTE format(
                    'WITH early AS (DELETE FROM public.audit_logs_default WHERE timestamp >= %L AND timestamp < %L RETURNING *)
                     INSERT INTO public.%I SELECT * FROM early', month, following, partition);
                  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
                  EXECUTE format(
                    'CREATE POLICY tenant_isolation ON public.%I USING (tenantId = public.hub_current_tenant())
                     WITH CHECK (tenantId = public.hub_current_tenant())', partition);
                  EXECUTE format(
                    'ALTER TABLE public.audit_logs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                    partition, month, following);
                  created := created + 1;
                END IF;
                month := following;
              END LOOP;
              RETURN created;
            END $$;

            GRANT EXECUTE ON FUNCTION hub_create_audit_partitions(timestamptz, timestamptz) TO hub_app;

            SELECT hub_create_audit_partitions(now(), now() + interval '3 months');
            """#
    )
}
