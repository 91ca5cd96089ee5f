package import Migrations

extension ShardSchema {
    /// Who moves a tenant, by which attempt, and the marks by which a mover knows that a stream has caught up.
    ///
    /// Everything a mover changes on a shard is conditional on the tenant's ownership row there, so a mover that was only
    /// paused does no harm after another has taken over. The verbs are MoveEngine's; all but the freeze, which a backend
    /// does because it must fence its cache in the same transaction, are the administrator's.
    package static let moving = Migration(
        version: 10,
        name: "moving",
        sql: #"""
            -- The move that holds the tenant here, or that was the last to; when that one has ended, the attempt is NULL,
            -- and it can never hold the tenant again.
            ALTER TABLE tenant_ownership ADD moveId UUID, ADD attempt BIGINT,
              ADD CONSTRAINT ck_tenant_ownership_attempt CHECK (attempt IS NULL OR attempt > 0 AND moveId IS NOT NULL);

            -- The application's role cannot claim a tenant for a move.
            REVOKE INSERT ON tenant_ownership FROM hub_app;
            GRANT INSERT (tenantId, epoch, state) ON tenant_ownership TO hub_app;

            -- A marker that has come through a stream proves that everything committed before it has come too.
            CREATE TABLE move_markers (
              tenantId UUID,
              moveId UUID,
              number BIGINT,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_move_markers PRIMARY KEY (tenantId, moveId, number),
              CONSTRAINT fk_move_markers_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE
            );
            ALTER TABLE move_markers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON move_markers
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());
            GRANT SELECT ON move_markers TO hub_app;

            -- Fails unless the move holds the tenant here and no younger attempt has taken it over (HU409, HU410). The row is
            -- locked, so that nobody takes it over until the caller's transaction has ended.
            CREATE FUNCTION hub_require_move(tenant uuid, move uuid, mover bigint) RETURNS void
              LANGUAGE plpgsql
              AS $$
            DECLARE
              held record;
            BEGIN
              SELECT moveId, attempt INTO held FROM public.tenant_ownership WHERE tenantId = tenant FOR SHARE;
              IF held.attempt IS NULL OR held.moveId <> move THEN
                RAISE EXCEPTION 'move % does not hold tenant % here', move, tenant USING ERRCODE = 'HU409';
              ELSIF held.attempt > mover THEN
                RAISE EXCEPTION 'attempt % of move % was followed by attempt %', mover, move, held.attempt
                  USING ERRCODE = 'HU410';
              END IF;
            END $$;

            -- Fails unless the tenant is here in one of these states (HU412).
            CREATE FUNCTION hub_require_state(tenant uuid, VARIADIC states text[]) RETURNS void
              LANGUAGE plpgsql
              AS $$
            DECLARE
              found_state text;
            BEGIN
              SELECT state INTO found_state FROM public.tenant_ownership WHERE tenantId = tenant FOR SHARE;
              IF found_state IS NULL OR found_state <> ALL (states) THEN
                RAISE EXCEPTION 'the tenant is % there', coalesce(found_state, 'unknown') USING ERRCODE = 'HU412';
              END IF;
            END $$;

            -- Freezes the transaction's tenant for the move that holds it, and can do nothing else. Doing it again changes
            -- nothing. The caller must hold the tenant's write fence exclusively, taken by an earlier statement.
            CREATE FUNCTION hub_freeze_tenant(tenant uuid, expected bigint, move uuid, mover bigint) RETURNS void
              LANGUAGE plpgsql SECURITY DEFINER
              SET search_path = pg_catalog, public, pg_temp
              AS $$
            BEGIN
              IF tenant <> public.hub_current_tenant() THEN
                RAISE EXCEPTION 'the transaction has another tenant' USING ERRCODE = '42501';
              END IF;
              PERFORM public.hub_require_move(tenant, move, mover);
              UPDATE public.tenant_ownership SET state = 'frozen', updatedAt = now()
                WHERE tenantId = tenant AND epoch = expected AND state IN ('active', 'frozen');
              IF NOT FOUND THEN
                RAISE EXCEPTION 'tenant % is not served here at epoch %', tenant, expected USING ERRCODE = 'HU421';
              END IF;
            END $$;
            GRANT EXECUTE ON FUNCTION hub_freeze_tenant(uuid, bigint, uuid, bigint) TO hub_app;

            -- As it was, but: rows are not taken out of the default partition while a stream of a move reads this database.
            -- The stream would carry that they were deleted, and not that they were written to a table which is no
            -- partition yet. The lock is also taken by whoever begins a stream.
            CREATE OR REPLACE FUNCTION hub_create_audit_partitions(first timestamptz, last timestamptz) RETURNS integer
              LANGUAGE plpgsql SECURITY DEFINER
              SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC' SET lock_timeout = '2s'
              AS $$
            DECLARE
              month timestamptz := date_trunc('month', first);
              following timestamptz;
              partition text;
              is_read boolean;
              created integer := 0;
            BEGIN
              IF first IS NULL OR last IS NULL OR last > first + interval '20 years' THEN
                RAISE EXCEPTION 'audit partitions need a range of at most 20 years' USING ERRCODE = '22023';
              END IF;
              PERFORM pg_advisory_xact_lock(18434, 0); -- class of this maintenance
              is_read := EXISTS (SELECT FROM pg_publication WHERE pubname LIKE 'hub\_move\_%');
              WHILE month <= last LOOP
                following := month + interval '1 month';
                partition := 'audit_logs_' || to_char(month, 'YYYY_MM');
                IF to_regclass('public.' || partition) IS NULL AND NOT (is_read AND EXISTS (
                     SELECT FROM public.audit_logs_default WHERE timestamp >= month AND timestamp < following)) THEN
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
            """#
    )
}
