package import Migrations

extension ShardSchema {
    /// The log of a tenant's changes that people's pages follow.
    ///
    /// An event is written by the statement that writes the audit entry of a change, so it is there exactly if the change
    /// is. Its place in the log is (epoch, transaction, id): neither a sequence nor a lock makes writers wait for each
    /// other, and since the epoch comes first the places of a tenant that moved here are older than those made here.
    package static let events = Migration(
        version: 7,
        name: "events",
        sql: #"""
            CREATE TABLE events (
              tenantId UUID,
              epoch BIGINT,
              transactionId BIGINT DEFAULT (pg_current_xact_id()::text::bigint),
              id UUID,
              userId UUID,
              action VARCHAR(100) NOT NULL,
              entityType VARCHAR(50) NOT NULL,
              entityId UUID,
              projectId UUID,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_events PRIMARY KEY (tenantId, epoch, transactionId, id),
              CONSTRAINT fk_events_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE
            );

            ALTER TABLE events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON events
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            -- The place and the time of an event are the transaction's: they cannot be chosen.
            GRANT SELECT, DELETE, INSERT (tenantId, epoch, id, userId, action, entityType, entityId, projectId)
              ON events TO hub_app;

            -- The oldest transaction that may yet add events of the tenant which the caller's snapshot does not see; all
            -- older ones have added theirs. Transactions of other tenants, which may take long, do not count.
            --
            -- A writer takes the tenant's fence (advisory lock, class 18433) before it has a transaction id, and gives it
            -- up after its end is visible to new snapshots. So of the transactions that the snapshot saw in progress, those
            -- count not that are seen to hold the lock of their id and no fence. One that has its id and not yet that id's
            -- lock counts, and so does one that has ended since. The locks must be looked at first.
            CREATE FUNCTION hub_event_horizon(tenant uuid) RETURNS bigint
              LANGUAGE plpgsql VOLATILE
              SET search_path = pg_catalog, public, pg_temp
              AS $$
            DECLARE
              snapshot pg_snapshot := pg_current_snapshot();
              others bigint[];
              horizon bigint;
            BEGIN
              SELECT array_agg(x.transactionid::text::bigint) INTO others
              FROM pg_locks AS x
              WHERE x.locktype = 'transactionid' AND x.mode = 'ExclusiveLock' AND x.granted
                AND NOT EXISTS (
                  SELECT FROM pg_locks AS fence
                  WHERE fence.virtualtransaction = x.virtualtransaction AND fence.locktype = 'advisory' AND fence.granted
                    AND fence.objsubid = 2 AND fence.classid = 18433::oid
                    AND fence.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND fence.objid = ((public.hub_tenant_lock_key(tenant)::bigint & 4294967295)::text)::oid);
              SELECT min(running.xid::text::bigint) INTO horizon
              FROM pg_snapshot_xip(snapshot) AS running(xid)
              WHERE (running.xid::text::bigint & 4294967295) <> ALL (coalesce(others, '{}'))
                 OR pg_xact_status(running.xid) IS DISTINCT FROM 'in progress';
              RETURN coalesce(horizon, pg_snapshot_xmax(snapshot)::text::bigint);
            END $$;

            -- For each tenant who serves it here and the place of its newest event, if any; one that is not here has no
            -- row. Each tenant is looked at in its own context, as row-level security demands.
            CREATE FUNCTION hub_event_heads(tenants uuid[])
              RETURNS TABLE (tenant uuid, owner_epoch bigint, owner_state text, epoch bigint, transaction bigint, id uuid)
              LANGUAGE plpgsql VOLATILE
              SET search_path = pg_catalog, public, pg_temp
              AS $$
            BEGIN
              FOREACH tenant IN ARRAY tenants LOOP
                PERFORM set_config('hub.tenant', tenant::text, true);
                RETURN QUERY
                  SELECT o.tenantId, o.epoch, o.state::text, e.epoch, e.transactionId, e.id
                  FROM public.tenant_ownership AS o
                  LEFT JOIN LATERAL (
                    SELECT * FROM public.events AS n WHERE n.tenantId = o.tenantId
                    ORDER BY n.tenantId DESC, n.epoch DESC, n.transactionId DESC, n.id DESC LIMIT 1
                  ) AS e ON true
                  WHERE o.tenantId = hub_event_heads.tenant;
              END LOOP;
              PERFORM set_config('hub.tenant', '', true);
            END $$;

            GRANT EXECUTE ON FUNCTION hub_event_horizon(uuid), hub_event_heads(uuid[]) TO hub_app;
            """#
    )
}
