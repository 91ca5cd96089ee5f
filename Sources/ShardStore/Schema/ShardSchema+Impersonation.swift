package import Migrations

extension ShardSchema {
    /// Super admins who act as a user of a tenant for a while, and the proofs of what erasures have removed.
    package static let impersonation = Migration(
        version: 8,
        name: "impersonation",
        sql: #"""
            -- Who is behind a session that is not its user's own; super admins are not users of this database.
            ALTER TABLE sessions ADD operatorId UUID, ADD operatorEmail VARCHAR(255);

            -- Tickets that open such a session, once and within a minute. Only the secret's SHA-256 is kept.
            CREATE TABLE impersonations (
              tenantId UUID,
              id UUID,
              secretHash BYTEA NOT NULL,
              userId UUID NOT NULL,
              operatorId UUID NOT NULL,
              operatorEmail VARCHAR(255) NOT NULL,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              expiresAt TIMESTAMPTZ NOT NULL,
              CONSTRAINT pk_impersonations PRIMARY KEY (tenantId, id),
              CONSTRAINT fk_impersonations_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_impersonations_userid FOREIGN KEY (tenantId, userId) REFERENCES users (tenantId, id)
                ON DELETE CASCADE,
              CONSTRAINT ck_impersonations_expiresat CHECK (expiresAt > createdAt)
            );
            ALTER TABLE impersonations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON impersonations
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());
            GRANT SELECT, INSERT, DELETE ON impersonations TO hub_app;

            -- What an erasure has removed, by the erasure's own id: counts, and nothing of the tenant. Whoever did not
            -- hear the answer asks again and gets the same.
            CREATE TABLE erasures (
              id UUID,
              removed JSONB NOT NULL,
              erasedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_erasures PRIMARY KEY (id)
            );
            GRANT SELECT, INSERT (id, removed) ON erasures TO hub_app;
            """#
    )
}
