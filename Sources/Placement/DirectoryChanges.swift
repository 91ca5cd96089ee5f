package import HubModel

/// What changed in the directory between two versions.
package struct DirectoryChanges: Hashable, Sendable {
    /// A name that a tenant no longer has.
    package struct FormerName: Hashable, Sendable {
        package let name: Subdomain
        /// The tenant to redirect to, or nil when the name is only blocked.
        package let tenant: TenantID?

        package init(name: Subdomain, tenant: TenantID?) {
            self.name = name
            self.tenant = tenant
        }
    }

    /// A tenant as it is now.
    package struct Tenant: Hashable, Sendable {
        package let id: TenantID
        package let name: Subdomain
        package let shard: ShardID
        package let epoch: Epoch
        package let state: TenantState

        package init(id: TenantID, name: Subdomain, shard: ShardID, epoch: Epoch, state: TenantState) {
            self.id = id
            self.name = name
            self.shard = shard
            self.epoch = epoch
            self.state = state
        }
    }

    package let version: Int64
    package let topologyVersion: Int64
    /// All shards as they are now, or nil when none of them changed.
    package let shards: [ShardPlacement]?
    package let formerNames: [FormerName]
    package let tenants: [Tenant]

    package init(
        version: Int64,
        topologyVersion: Int64,
        shards: [ShardPlacement]? = nil,
        formerNames: [FormerName] = [],
        tenants: [Tenant] = []
    ) {
        self.version = version
        self.topologyVersion = topologyVersion
        self.shards = shards
        self.formerNames = formerNames
        self.tenants = tenants
    }
}
