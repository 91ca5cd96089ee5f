package import Migrations

extension DirectorySchema {
    /// The journal of changes and erasures of tenants, each a small saga over directory and shard, and answers that are
    /// kept so that a POST which is sent again does nothing twice.
    package static let changes = Migration(
        version: 6,
        name: "changes",
        sql: #"""
            -- While a change is pending, its tenant has no other one and the name it wants is taken. Whoever's lease has
            -- run out is carried on by the janitor.
            CREATE TABLE tenant_changes (
              id UUID,
              tenantId UUID NOT NULL,
              kind VARCHAR(20) NOT NULL,
              subdomain VARCHAR(50) COLLATE "C",
              name VARCHAR(100),
              maxUsers INTEGER,
              maxProjects INTEGER,
              tenantState VARCHAR(20),
              userId UUID,
              clientAddress VARCHAR(45),
              state VARCHAR(20) NOT NULL DEFAULT 'pending',
              leaseUntil TIMESTAMPTZ NOT NULL,
              reason TEXT,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_tenant_changes PRIMARY KEY (id),
              CONSTRAINT fk_tenant_changes_userid FOREIGN KEY (userId) REFERENCES users (id) ON DELETE SET NULL,
              CONSTRAINT ck_tenant_changes_kind CHECK (kind IN ('settings', 'erasure')),
              CONSTRAINT ck_tenant_changes_state CHECK (state IN ('pending', 'finished', 'undone'))
            );
            CREATE UNIQUE INDEX idx_tenant_changes_tenantid ON tenant_changes (tenantId) WHERE state = 'pending';
            CREATE UNIQUE INDEX idx_tenant_changes_subdomain ON tenant_changes (subdomain) WHERE state = 'pending';
            CREATE INDEX idx_tenant_changes_leaseuntil ON tenant_changes (leaseUntil) WHERE state = 'pending';
            CREATE INDEX idx_tenant_changes_userid ON tenant_changes (userId);

            GRANT SELECT, INSERT, UPDATE (state, leaseUntil, reason, subdomain, name, updatedAt)
              ON tenant_changes TO hub_control;
            -- An erasure leaves no name in the journal of sign-ups.
            GRANT UPDATE (tenantName) ON registrations TO hub_control;

            CREATE TABLE idempotency_keys (
              -- The super admin, or NULL for people without an account.
              userId UUID,
              key VARCHAR(255) NOT NULL,
              -- HMAC-SHA-256 of the request: another request under the same key is a mistake, not a retry.
              fingerprint BYTEA NOT NULL,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              status INTEGER,
              location VARCHAR(255),
              body TEXT,
              CONSTRAINT uq_idempotency_keys UNIQUE NULLS NOT DISTINCT (userId, key),
              CONSTRAINT fk_idempotency_keys_userid FOREIGN KEY (userId) REFERENCES users (id) ON DELETE CASCADE
            );
            CREATE INDEX idx_idempotency_keys_createdat ON idempotency_keys (createdAt);
            GRANT SELECT, INSERT, DELETE, UPDATE (status, location, body) ON idempotency_keys TO hub_control;
            """#
    )
}
