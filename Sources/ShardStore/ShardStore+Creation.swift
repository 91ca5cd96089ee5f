import Caching
import HubColumns
import HubModel
import Postgres

extension ShardStore {
    /// Creates the context's tenant at the context's epoch, with its first administrator and their audit entries.
    ///
    /// Doing it again changes nothing, so a caller who did not hear the answer asks once more.
    ///
    /// - Returns: whether it was created now.
    /// - Throws: `.conflict` when the shard holds this tenant in another way (another subdomain or epoch, or in a move);
    ///   `.duplicate("subdomain")` when another tenant of the shard has the name.
    package func createTenant(_ new: NewTenant, _ context: TenantContext) async throws(ShardError) -> Bool {
        try await answering {
            try await fenced(context, prologue: context.exclusivePrologue, gate: .last, shares: nil) { shard in
                let claim = try await shard.query(
                    """
                    INSERT INTO tenant_ownership (tenantId, epoch, state)
                    VALUES (\(context.tenant), \(context.epoch), \(OwnershipState.active)) ON CONFLICT DO NOTHING
                    """
                )
                guard claim.affectedRows == 1 else {
                    try await shard.requireCreated(new)
                    return false
                }
                try shard.note(.ownership)
                _ = try await shard.pipeline(shard.creation(of: new))
                return true
            }
        }
    }
}

extension ShardTransaction<WriteAccess> {
    fileprivate func creation(of new: NewTenant) -> [PostgresQuery] {
        let tenant = context.tenant
        let admin = new.admin
        return [
            """
            INSERT INTO tenants (id, subdomain, name, maxUsers, maxProjects)
            VALUES (\(tenant), \(new.subdomain), \(new.name), \(new.maxUsers), \(new.maxProjects))
            """,
            """
            INSERT INTO users (id, tenantId, email, fullName, passwordHash, role)
            VALUES (\(admin.id), \(tenant), \(admin.email), \(admin.fullName), \(admin.passwordHash), \(admin.role))
            """,
            .recording(AuditEntry(.createTenant, .tenant, tenant.uuid, changes: .created(new)), in: context),
            .recording(AuditEntry(.createUser, .user, admin.id.uuid, changes: .created(admin)), in: context),
        ]
    }

    /// Throws unless the tenant that is there is the one that was to be created.
    fileprivate func requireCreated(_ new: NewTenant) async throws(ShardError) {
        let same = try await query(
            """
            SELECT FROM tenant_ownership AS o JOIN tenants AS t ON t.id = o.tenantId
            WHERE o.tenantId = \(context.tenant) AND o.epoch = \(context.epoch) AND o.state = 'active'
              AND t.subdomain = \(new.subdomain)
            """
        )
        guard same.count == 1 else {
            throw ShardError(.conflict, "the shard holds something else under the tenant's id")
        }
    }
}
