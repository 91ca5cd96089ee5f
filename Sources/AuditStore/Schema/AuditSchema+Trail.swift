import Migrations

extension AuditSchema {
    /// What streams bring, the sealed trail that is made of it, and the chains of its seals.
    static let trail = Migration(
        version: 2,
        name: "trail",
        sql: #"""
            -- As on a shard: no context must never look like no data.
            CREATE FUNCTION hub_current_tenant() RETURNS uuid
              LANGUAGE sql STABLE PARALLEL SAFE
              AS $$ SELECT current_setting('hub.tenant')::uuid $$;
            GRANT EXECUTE ON FUNCTION hub_current_tenant() TO hub_app;

            -- Where the shards' streams write, which go by the table's name: a queue, which the sealing empties. A row may
            -- come twice, so nothing is unique here but the place in the queue.
            CREATE TABLE audit_logs (
              id UUID NOT NULL,
              tenantId UUID,
              userId UUID,
              action VARCHAR(255) NOT NULL,
              entityType VARCHAR(100) NOT NULL,
              entityId UUID,
              changes JSONB,
              timestamp TIMESTAMPTZ NOT NULL,
              ipAddress VARCHAR(45),
              arrival BIGINT GENERATED ALWAYS AS IDENTITY,
              CONSTRAINT pk_audit_logs PRIMARY KEY (tenantId, arrival)
            ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

            -- The sealed trail: what it says never changes. `sequence` counts a tenant's entries in the order in which they
            -- were sealed, without a gap; `digest` is the SHA-256 of the entry's canonical text.
            CREATE TABLE audit_trail (
              tenantId UUID NOT NULL,
              sequence BIGINT NOT NULL,
              seal BIGINT NOT NULL,
              id UUID NOT NULL,
              userId UUID,
              action VARCHAR(255) NOT NULL,
              entityType VARCHAR(100) NOT NULL,
              entityId UUID,
              changes JSONB,
              timestamp TIMESTAMPTZ NOT NULL,
              ipAddress VARCHAR(45),
              digest BYTEA NOT NULL
            ) PARTITION BY RANGE (timestamp);
            CREATE TABLE audit_trail_default PARTITION OF audit_trail DEFAULT;
            CREATE UNIQUE INDEX uq_audit_trail_entry ON audit_trail (tenantId, timestamp, id);
            CREATE INDEX idx_audit_trail_timestamp ON audit_trail USING brin (timestamp);

            -- One seal over some of a tenant's entries of one month, chained to the tenant's seal before it.
            CREATE TABLE audit_seals (
              tenantId UUID,
              number BIGINT,
              month DATE NOT NULL,
              firstEntry BIGINT NOT NULL,
              entries INTEGER NOT NULL,
              root BYTEA NOT NULL, -- SHA-256 of the entries' digests in their sequence
              previous BYTEA NOT NULL,
              hash BYTEA NOT NULL,
              sealedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_audit_seals PRIMARY KEY (tenantId, number)
            );

            -- The head of each tenant's chain. Only where it is `here` anything is sealed; `arriving` is a copy of the first
            -- part of a chain that is elsewhere; what has `left` goes on elsewhere and is removed once no move needs it.
            CREATE TABLE audit_chains (
              tenantId UUID,
              state VARCHAR(20) NOT NULL,
              attempt BIGINT NOT NULL DEFAULT 0, -- of the transfer that the state follows from
              number BIGINT NOT NULL DEFAULT 0,
              entries BIGINT NOT NULL DEFAULT 0,
              hash BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
              witnessed BIGINT NOT NULL DEFAULT 0, -- the last seal that was told to the witnesses
              CONSTRAINT pk_audit_chains PRIMARY KEY (tenantId),
              CONSTRAINT ck_audit_chains_state CHECK (state IN ('here', 'arriving', 'left'))
            );
            CREATE INDEX idx_audit_chains_unwitnessed ON audit_chains (tenantId)
              WHERE number > witnessed AND state = 'here';

            -- Heads of other regions' chains, kept here so that who rewrites a region's whole store is found out.
            CREATE TABLE audit_witnesses (
              tenantId UUID,
              number BIGINT,
              entries BIGINT NOT NULL,
              hash BYTEA NOT NULL,
              region VARCHAR(40) NOT NULL,
              witnessedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_audit_witnesses PRIMARY KEY (tenantId, number)
            );

            -- Months whose entries are in a file; their seals stay.
            CREATE TABLE audit_archives (
              month DATE,
              file TEXT NOT NULL,
              sha256 TEXT NOT NULL,
              entries BIGINT NOT NULL,
              archivedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_audit_archives PRIMARY KEY (month)
            );

            -- Until when all that a shard had committed has come.
            CREATE TABLE audit_feeds (
              shard VARCHAR(40),
              isBackfilled BOOLEAN NOT NULL DEFAULT false,
              completeUntil TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
              notedAt TIMESTAMPTZ,
              notedLSN PG_LSN,
              CONSTRAINT pk_audit_feeds PRIMARY KEY (shard)
            );

            ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE audit_trail ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE audit_trail_default ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE audit_chains ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE audit_witnesses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON audit_trail FOR SELECT USING (tenantId = hub_current_tenant());
            CREATE POLICY tenant_isolation ON audit_trail_default FOR SELECT USING (tenantId = hub_current_tenant());
            CREATE POLICY tenant_isolation ON audit_seals FOR SELECT USING (tenantId = hub_current_tenant());
            CREATE POLICY tenant_isolation ON audit_chains FOR SELECT USING (tenantId = hub_current_tenant());
            -- Backends only read.
            GRANT SELECT ON audit_trail, audit_seals, audit_chains TO hub_app;

            -- Makes each missing monthly partition (UTC) from that of `first` to that of `last`, and returns how many. Rows
            -- that came before their month's partition move into it.
            CREATE FUNCTION hub_create_audit_months(first timestamptz, last timestamptz) RETURNS integer
              LANGUAGE plpgsql SET TimeZone = 'UTC' SET lock_timeout = '5s'
              AS $$
            DECLARE
              month timestamptz := date_trunc('month', first);
              following timestamptz;
              partition text;
              created integer := 0;
            BEGIN
              PERFORM pg_advisory_xact_lock(18434, 0); -- class of this maintenance
              WHILE month <= last LOOP
                following := month + interval '1 month';
                partition := 'audit_trail_' || to_char(month, 'YYYY_MM');
                IF to_regclass('public.' || partition) IS NULL THEN
                  EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_trail INCLUDING ALL)', partition);
                  EXECUTE format(
                    'WITH early AS (DELETE FROM public.audit_trail_default WHERE timestamp >= %L AND timestamp < %L RETURNING *)
                     INSERT INTO public.%I SELECT * FROM early', month, following, partition);
                  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
                  EXECUTE format('CREATE POLICY tenant_isolation ON public.%I FOR SELECT
                                  USING (tenantId = public.hub_current_tenant())', partition);
                  EXECUTE format(
                    'ALTER TABLE public.audit_trail ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
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
