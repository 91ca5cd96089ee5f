import Directory
import HubWire

extension DirectoryTenantView {
    /// - Parameter url: where the tenant's people find it.
    init(_ tenant: DirectoryTenant, url: String) {
        self.init(
            id: tenant.id,
            name: tenant.name,
            subdomain: tenant.subdomain,
            shard: tenant.shard,
            region: tenant.region,
            state: tenant.state,
            epoch: tenant.epoch,
            url: url,
            createdAt: tenant.createdAt
        )
    }
}
