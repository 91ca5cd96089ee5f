package import Migrations

extension DirectorySchema {
    /// The control plane's own people, their sessions and audit trail, and the public halves of all signing keys.
    package static let operators = Migration(
        version: 4,
        name: "operators",
        sql: #"""
            -- The founding document's table; here live only its super admins, whose tenantId is NULL.
            CREATE TABLE users (
              id UUID,
              tenantId UUID REFERENCES tenants (id) ON DELETE CASCADE,
              email VARCHAR(255) NOT NULL,
              fullName VARCHAR(100) NOT NULL,
              passwordHash VARCHAR(255) NOT NULL,
              role VARCHAR(50) NOT NULL DEFAULT 'super_admin',
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_users PRIMARY KEY (id),
              -- Without NULLS NOT DISTINCT two super admins could share an email.
              CONSTRAINT uq_users_tenantid_email UNIQUE NULLS NOT DISTINCT (tenantId, email),
              CONSTRAINT ck_users_role CHECK (role IN ('super_admin', 'tenant_admin', 'user')),
              CONSTRAINT ck_users_super_admin CHECK (role = 'super_admin' AND tenantId IS NULL)
            );

            CREATE TABLE sessions (
              id UUID,
              userId UUID NOT NULL,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              expiresAt TIMESTAMPTZ NOT NULL,
              clientAddress VARCHAR(45),
              CONSTRAINT pk_sessions PRIMARY KEY (id),
              CONSTRAINT fk_sessions_userid FOREIGN KEY (userId) REFERENCES users (id) ON DELETE CASCADE,
              CONSTRAINT ck_sessions_expiresat CHECK (expiresAt > createdAt)
            );
            CREATE INDEX idx_sessions_userid ON sessions (userId);

            -- tenantId has no foreign key: the record of an erased tenant's erasure outlives the tenant.
            CREATE TABLE audit_logs (
              id UUID,
              tenantId UUID,
              userId UUID,
              action VARCHAR(255) NOT NULL,
              entityType VARCHAR(100) NOT NULL,
              entityId UUID,
              changes JSONB,
              timestamp TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              ipAddress VARCHAR(45),
              CONSTRAINT pk_audit_logs PRIMARY KEY (id),
              CONSTRAINT fk_audit_logs_userid FOREIGN KEY (userId) REFERENCES users (id) ON DELETE SET NULL
            );
            CREATE INDEX idx_audit_logs_tenantid ON audit_logs (tenantId, timestamp DESC, id DESC);
            CREATE INDEX idx_audit_logs_userid ON audit_logs (userId);
            CREATE INDEX idx_audit_logs_timestamp ON audit_logs (timestamp DESC, id DESC);

            -- Public keys only. A retired key still verifies until the last token it signed has expired; then it is deleted.
            CREATE TABLE signing_keys (
              id VARCHAR(64) COLLATE "C",
              issuer VARCHAR(40) NOT NULL,
              publicKey VARCHAR(64) NOT NULL,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              retiredAt TIMESTAMPTZ,
              CONSTRAINT pk_signing_keys PRIMARY KEY (id)
            );
            CREATE TRIGGER directory_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON signing_keys
              FOR EACH STATEMENT EXECUTE FUNCTION hub_directory_changes();
            """#
    )
}
