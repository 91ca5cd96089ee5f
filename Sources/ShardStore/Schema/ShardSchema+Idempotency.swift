package import Migrations

extension ShardSchema {
    /// Answers kept for 24 hours, so that a POST which is sent again does nothing twice.
    ///
    /// They are rows of the tenant like all others: written in the transaction of the change they answer, and carried
    /// by a move, so that a retry after it still finds them.
    package static let idempotency = Migration(
        version: 6,
        name: "idempotency",
        sql: #"""
            CREATE TABLE idempotency_keys (
              tenantId UUID,
              userId UUID,
              key VARCHAR(255),
              -- SHA-256 of the request: another request under the same key is a mistake, not a retry.
              fingerprint BYTEA NOT NULL,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              status INTEGER,
              location VARCHAR(255),
              body TEXT,
              CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenantId, userId, key),
              CONSTRAINT fk_idempotency_keys_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_idempotency_keys_userid FOREIGN KEY (tenantId, userId) REFERENCES users (tenantId, id)
                ON DELETE CASCADE
            );
            CREATE INDEX idx_idempotency_keys_createdat ON idempotency_keys (tenantId, createdAt);

            ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON idempotency_keys
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());

            GRANT SELECT, INSERT, DELETE, UPDATE (status, location, body) ON idempotency_keys TO hub_app;
            """#
    )
}
