package import Migrations

extension ShardSchema {
    /// The five tables of the founding document, with keys that start with the tenant.
    ///
    /// Every key inside a tenant is composite, so that the database itself refuses a reference into another tenant and a
    /// row filter on tenantId always lies within the replica identity. `projects.createdBy` is nullable because the
    /// document wants it set to NULL when the user goes. The document's indices keep their names; where its column alone
    /// would mix tenants, tenantId leads, and the columns its queries sort by follow.
    package static let workspace = Migration(
        version: 2,
        name: "workspace",
        sql: #"""
            CREATE TABLE tenants (
              id UUID DEFAULT gen_random_uuid(),
              subdomain VARCHAR(50) NOT NULL,
              name VARCHAR(100) NOT NULL,
              maxUsers INTEGER NOT NULL DEFAULT 5,
              maxProjects INTEGER NOT NULL DEFAULT 3,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_tenants PRIMARY KEY (id),
              CONSTRAINT uq_tenants_subdomain UNIQUE (subdomain),
              CONSTRAINT ck_tenants_limits CHECK (maxUsers >= 0 AND maxProjects >= 0)
            );

            CREATE TABLE users (
              id UUID DEFAULT gen_random_uuid(),
              tenantId UUID,
              email VARCHAR(255) NOT NULL,
              fullName VARCHAR(100) NOT NULL,
              passwordHash VARCHAR(255) NOT NULL,
              role VARCHAR(50) NOT NULL DEFAULT 'user',
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_users PRIMARY KEY (tenantId, id),
              CONSTRAINT fk_users_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT ck_users_role CHECK (role IN ('super_admin', 'tenant_admin', 'user')),
              -- Super admins have no tenant and live in the directory, so no row of a shard can be one.
              CONSTRAINT ck_users_super_admin CHECK ((role = 'super_admin') = (tenantId IS NULL))
            );

            CREATE TABLE projects (
              id UUID DEFAULT gen_random_uuid(),
              tenantId UUID,
              name VARCHAR(200) NOT NULL,
              description TEXT,
              status VARCHAR(50) NOT NULL DEFAULT 'not-started',
              createdBy UUID,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_projects PRIMARY KEY (tenantId, id),
              CONSTRAINT fk_projects_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_projects_createdby FOREIGN KEY (tenantId, createdBy) REFERENCES users (tenantId, id)
                ON DELETE SET NULL (createdBy),
              CONSTRAINT ck_projects_status CHECK (status IN ('not-started', 'in-progress', 'completed'))
            );

            CREATE TABLE tasks (
              id UUID DEFAULT gen_random_uuid(),
              projectId UUID NOT NULL,
              tenantId UUID,
              title VARCHAR(200) NOT NULL,
              description TEXT,
              status VARCHAR(50) NOT NULL DEFAULT 'not-started',
              priority VARCHAR(50) NOT NULL DEFAULT 'medium',
              assignedTo UUID,
              dueDate TIMESTAMPTZ,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_tasks PRIMARY KEY (tenantId, id),
              CONSTRAINT fk_tasks_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_tasks_projectid FOREIGN KEY (tenantId, projectId) REFERENCES projects (tenantId, id)
                ON DELETE CASCADE,
              CONSTRAINT fk_tasks_assignedto FOREIGN KEY (tenantId, assignedTo) REFERENCES users (tenantId, id)
                ON DELETE SET NULL (assignedTo),
              CONSTRAINT ck_tasks_status CHECK (status IN ('not-started', 'in-progress', 'completed')),
              CONSTRAINT ck_tasks_priority CHECK (priority IN ('low', 'medium', 'high'))
            );

            -- One row per mutation, written in its transaction. The key ends with the time because a partitioned table's
            -- key must hold the partition key; it starts as every other key does, so that a move can copy by id range.
            CREATE TABLE audit_logs (
              id UUID DEFAULT gen_random_uuid(),
              tenantId UUID,
              userId UUID,
              action VARCHAR(255) NOT NULL,
              entityType VARCHAR(100) NOT NULL,
              entityId UUID,
              changes JSONB,
              timestamp TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              ipAddress VARCHAR(45),
              CONSTRAINT pk_audit_logs PRIMARY KEY (tenantId, id, timestamp),
              CONSTRAINT fk_audit_logs_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_audit_logs_userid FOREIGN KEY (tenantId, userId) REFERENCES users (tenantId, id)
                ON DELETE SET NULL (userId)
            ) PARTITION BY RANGE (timestamp);

            -- Catches what no month's partition takes, so that an audit row never makes the change it records fail.
            CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;

            -- This unique index is the document's UNIQUE (tenantId, email) too: a second one would only cost.
            CREATE UNIQUE INDEX idx_users_tenantid_email ON users (tenantId, email);
            CREATE INDEX idx_projects_tenantid ON projects (tenantId, createdAt DESC, id DESC);
            CREATE INDEX idx_projects_createdby ON projects (tenantId, createdBy);
            CREATE INDEX idx_tasks_tenantid ON tasks (tenantId, dueDate, id);
            CREATE INDEX idx_tasks_projectid ON tasks (tenantId, projectId, createdAt DESC, id DESC);
            CREATE INDEX idx_tasks_assignedto ON tasks (tenantId, assignedTo, dueDate, id);
            CREATE INDEX idx_audit_logs_tenantid ON audit_logs (tenantId, timestamp DESC, id DESC);
            CREATE INDEX idx_audit_logs_timestamp ON audit_logs (timestamp);
            -- Not in the document: its fifth query, and ON DELETE SET NULL, find a user's audit rows by this one.
            CREATE INDEX idx_audit_logs_userid ON audit_logs (tenantId, userId, timestamp DESC);
            """#
    )
}
