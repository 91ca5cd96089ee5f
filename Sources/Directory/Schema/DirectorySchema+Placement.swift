package import Migrations

extension DirectorySchema {
    /// Where everything is: regions, shards, their backends, the tenants on them, and the names nobody may take.
    package static let placement = Migration(
        version: 2,
        name: "placement",
        sql: #"""
            CREATE TABLE regions (
              id VARCHAR(40) COLLATE "C",
              name VARCHAR(100) NOT NULL,
              CONSTRAINT pk_regions PRIMARY KEY (id)
            );

            CREATE TABLE shards (
              id VARCHAR(40) COLLATE "C",
              region VARCHAR(40) COLLATE "C" NOT NULL,
              state VARCHAR(20) NOT NULL DEFAULT 'open',
              weight INTEGER NOT NULL DEFAULT 1,
              CONSTRAINT pk_shards PRIMARY KEY (id),
              CONSTRAINT fk_shards_region FOREIGN KEY (region) REFERENCES regions (id),
              CONSTRAINT ck_shards_state CHECK (state IN ('open', 'draining', 'closed')),
              CONSTRAINT ck_shards_weight CHECK (weight > 0)
            );

            CREATE TABLE backends (
              name VARCHAR(40) COLLATE "C",
              shard VARCHAR(40) COLLATE "C" NOT NULL,
              host VARCHAR(255) NOT NULL,
              port INTEGER NOT NULL,
              adminHost VARCHAR(255) NOT NULL,
              adminPort INTEGER NOT NULL,
              CONSTRAINT pk_backends PRIMARY KEY (name),
              CONSTRAINT fk_backends_shard FOREIGN KEY (shard) REFERENCES shards (id) ON DELETE CASCADE,
              CONSTRAINT ck_backends_ports CHECK (port BETWEEN 1 AND 65535 AND adminPort BETWEEN 1 AND 65535)
            );
            CREATE INDEX idx_backends_shard ON backends (shard);

            -- Names are lower-case DNS labels, so bytes order them: COLLATE "C" makes the unique index cheap to build.
            -- Ids are version 7 UUIDs, so their order is the order of creation.
            CREATE TABLE tenants (
              id UUID,
              subdomain VARCHAR(50) COLLATE "C" NOT NULL,
              name VARCHAR(100) NOT NULL,
              shard VARCHAR(40) COLLATE "C" NOT NULL,
              epoch BIGINT NOT NULL DEFAULT 1,
              state VARCHAR(20) NOT NULL DEFAULT 'active',
              version BIGINT NOT NULL DEFAULT 0, -- set by trigger
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_tenants PRIMARY KEY (id),
              CONSTRAINT uq_tenants_subdomain UNIQUE (subdomain),
              CONSTRAINT fk_tenants_shard FOREIGN KEY (shard) REFERENCES shards (id),
              CONSTRAINT ck_tenants_subdomain CHECK (subdomain ~ '^[a-z0-9-]+$'),
              CONSTRAINT ck_tenants_epoch CHECK (epoch > 0),
              CONSTRAINT ck_tenants_state CHECK (state IN ('active', 'suspended', 'held', 'deleting'))
            );
            CREATE INDEX idx_tenants_version ON tenants (version);
            CREATE INDEX idx_tenants_shard ON tenants (shard);

            -- How many tenants each shard has, kept by trigger: choosing a shard for a new tenant must not count a
            -- million rows under the lock of all directory changes.
            CREATE TABLE shard_loads (
              shard VARCHAR(40) COLLATE "C",
              tenants BIGINT NOT NULL DEFAULT 0,
              CONSTRAINT pk_shard_loads PRIMARY KEY (shard),
              CONSTRAINT fk_shard_loads_shard FOREIGN KEY (shard) REFERENCES shards (id) ON DELETE CASCADE,
              CONSTRAINT ck_shard_loads_tenants CHECK (tenants >= 0)
            );

            -- Names of renamed and deleted tenants stay blocked, so that nobody takes over an old link. With a tenantId
            -- the name redirects to that tenant's present one; without, its tenant is gone. Written by trigger only.
            CREATE TABLE reserved_subdomains (
              subdomain VARCHAR(50) COLLATE "C",
              tenantId UUID,
              version BIGINT NOT NULL DEFAULT 0, -- set by trigger
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_reserved_subdomains PRIMARY KEY (subdomain)
            );
            CREATE INDEX idx_reserved_subdomains_version ON reserved_subdomains (version);
            CREATE INDEX idx_reserved_subdomains_tenantid ON reserved_subdomains (tenantId);

            -- The journal of sign-ups, each a small saga over directory and shard. While one is pending or being undone
            -- its name is taken; whoever's lease has run out is undone by the janitor. It holds nothing personal.
            CREATE TABLE registrations (
              id UUID,
              tenantId UUID NOT NULL,
              subdomain VARCHAR(50) COLLATE "C" NOT NULL,
              tenantName VARCHAR(100) NOT NULL,
              shard VARCHAR(40) COLLATE "C" NOT NULL,
              state VARCHAR(20) NOT NULL DEFAULT 'pending',
              leaseUntil TIMESTAMPTZ NOT NULL,
              reason TEXT,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_registrations PRIMARY KEY (id),
              CONSTRAINT uq_registrations_tenantid UNIQUE (tenantId),
              CONSTRAINT fk_registrations_shard FOREIGN KEY (shard) REFERENCES shards (id) ON DELETE CASCADE,
              CONSTRAINT ck_registrations_state CHECK (state IN ('pending', 'undoing', 'finished', 'undone'))
            );
            CREATE UNIQUE INDEX idx_registrations_subdomain ON registrations (subdomain)
              WHERE state IN ('pending', 'undoing');
            CREATE INDEX idx_registrations_leaseuntil ON registrations (leaseUntil)
              WHERE state IN ('pending', 'undoing');
            CREATE INDEX idx_registrations_shard ON registrations (shard);
            """#
    )
}
