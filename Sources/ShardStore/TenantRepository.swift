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
