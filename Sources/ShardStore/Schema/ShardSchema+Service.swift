package import Migrations

extension ShardSchema {
    /// What the hub itself keeps per tenant: who owns the tenant here, and its people's sessions.
    package static let service = Migration(
        version: 3,
        name: "service",
        sql: #"""
            -- The final judge of who serves a tenant. It has no foreign key to tenants: that row travels with a move,
            -- this one must not, and while a move copies in, this one is there first.
            CREATE TABLE tenant_ownership (
              tenantId UUID,
              epoch BIGINT NOT NULL,
              state VARCHAR(20) NOT NULL,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_tenant_ownership PRIMARY KEY (tenantId),
              CONSTRAINT ck_tenant_ownership_epoch CHECK (epoch > 0),
              CONSTRAINT ck_tenant_ownership_state CHECK (state IN ('active', 'importing', 'frozen', 'left'))
            );

            CREATE TABLE sessions (
              id UUID,
              tenantId UUID,
              userId UUID NOT NULL,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              expiresAt TIMESTAMPTZ NOT NULL,
              clientAddress VARCHAR(45),
              CONSTRAINT pk_sessions PRIMARY KEY (tenantId, id),
              CONSTRAINT fk_sessions_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_sessions_userid FOREIGN KEY (tenantId, userId) REFERENCES users (tenantId, id)
                ON DELETE CASCADE,
              CONSTRAINT ck_sessions_expiresat CHECK (expiresAt > createdAt)
            );
            CREATE INDEX idx_sessions_userid ON sessions (tenantId, userId);

            -- The tenant whose rows this transaction may touch. Without one it fails: no context must never look like
            -- no data. (After a transaction that had set it, the setting is an empty string, which is no UUID either.)
            CREATE FUNCTION hub_current_tenant() RETURNS uuid
              LANGUAGE sql STABLE PARALLEL SAFE
              AS $$ SELECT current_setting('hub.tenant')::uuid $$;

            -- The second key of a tenant's advisory locks; the first is the lock's class:
            -- 18433 = the write fence: every writer holds it shared, a cutover or an erasure takes it exclusively.
            CREATE FUNCTION hub_tenant_lock_key(tenant uuid) RETURNS integer
              LANGUAGE sql IMMUTABLE PARALLEL SAFE
              AS $$ SELECT uuid_hash(tenant) $$;

            -- Fails with HU421 unless this shard serves the tenant at this epoch. A writer calls it in a statement AFTER
            -- the one that took the fence, under READ COMMITTED, so that its snapshot is younger than the lock.
            CREATE FUNCTION hub_require_ownership(tenant uuid, expected bigint) RETURNS void
              LANGUAGE plpgsql
              AS $$
            BEGIN
              PERFORM FROM public.tenant_ownership
                WHERE tenantId = tenant AND epoch = expected AND state = 'active';
              IF NOT FOUND THEN
                RAISE EXCEPTION 'tenant % is not served here at epoch %', tenant, expected USING ERRCODE = 'HU421';
              END IF;
            END $$;

            GRANT EXECUTE ON FUNCTION hub_current_tenant(), hub_tenant_lock_key(uuid),
              hub_require_ownership(uuid, bigint) TO hub_app;
            """#
    )
}
