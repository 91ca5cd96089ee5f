package import Migrations

extension DirectorySchema {
    /// The least each role can work with: routers see no tenant's name, backends see keys alone.
    package static let access = Migration(
        version: 5,
        name: "access",
        sql: #"""
            GRANT SELECT ON directory_version, regions, shards, backends TO hub_router;
            GRANT SELECT (id, subdomain, shard, epoch, state, version) ON tenants TO hub_router;
            GRANT SELECT (subdomain, tenantId, version) ON reserved_subdomains TO hub_router;

            GRANT SELECT ON signing_keys TO hub_backend;

            GRANT SELECT ON directory_version, shard_loads, reserved_subdomains TO hub_control;
            GRANT SELECT, INSERT, UPDATE, DELETE ON regions, shards, backends, signing_keys TO hub_control;
            GRANT SELECT, INSERT, DELETE, UPDATE (subdomain, name, shard, epoch, state, updatedAt) ON tenants TO hub_control;
            GRANT SELECT, INSERT, UPDATE (state, leaseUntil, reason, updatedAt) ON registrations TO hub_control;
            GRANT SELECT, INSERT, DELETE, UPDATE (email, fullName, passwordHash, updatedAt) ON users TO hub_control;
            GRANT SELECT, INSERT, DELETE ON sessions TO hub_control;
            -- The time of an entry is the transaction's: it cannot be chosen.
            GRANT SELECT, INSERT (id, tenantId, userId, action, entityType, entityId, changes, ipAddress)
              ON audit_logs TO hub_control;
            """#
    )
}
