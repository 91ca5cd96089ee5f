import Caching
package import HubModel
import Postgres

/// The tenant itself.
package struct TenantRepository<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// - Throws: `.notFound(.tenant)`.
    package func settings() async throws(ShardError) -> TenantSettings {
        let tenants = try await shard.query(TenantSettings.query(shard.context.tenant)).map(TenantSettings.init)
        guard let tenant = tenants.first else { throw ShardError(.notFound(.tenant), "the tenant does not exist") }
        return tenant
    }
}

extension TenantRepository where Access == WriteAccess {
    /// The tenant's settings, which nobody else changes until the transaction ends.
    ///
    /// - Throws: `.notFound(.tenant)`.
    package func lock() async throws(ShardError) -> TenantSettings {
        let tenant = shard.context.tenant
        let answers = try await shard.pipeline([
            "SELECT FROM tenants WHERE id = \(tenant) FOR NO KEY UPDATE", TenantSettings.query(tenant),
        ])
        guard let settings = try answers[1].map(TenantSettings.init).first else {
            throw ShardError(.notFound(.tenant), "the tenant does not exist")
        }
        return settings
    }

    /// Changes the locked tenant, with the audit entry; without a difference nothing is written.
    ///
    /// - Parameter operator: the super admin who changes it; nil for an administrator of its own.
    package func update(
        _ settings: TenantSettings,
        _ changes: TenantChanges,
        by operator: OperatorReference? = nil
    ) async throws(ShardError) -> TenantSettings {
        let (before, after) = (TenantValues(settings), changes.applied(to: settings))
        guard after != before else { return settings }
        try shard.note(.settings)
        var audited = AuditChanges.updated(from: before, to: after)
        if let `operator` { audited = audited.impersonated(by: `operator`) }
        let entry = AuditEntry(.updateTenant, .tenant, settings.id.uuid, changes: audited)
        let tenant = shard.context.tenant
        let answers = try await shard.pipeline([
            """
            WITH updated AS (
              UPDATE tenants SET subdomain = \(after.subdomain), name = \(after.name), maxUsers = \(after.maxUsers),
                     maxProjects = \(after.maxProjects), updatedAt = clock_timestamp()
              WHERE id = \(tenant) AND id = \(settings.id) RETURNING id
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "updated"))
            SELECT id FROM updated
            """,
            TenantSettings.query(tenant),
        ])
        guard !answers[0].isEmpty, let settings = try answers[1].map(TenantSettings.init).first else {
            throw ShardError(.notFound(.tenant), "the tenant does not exist")
        }
        return settings
    }
}
