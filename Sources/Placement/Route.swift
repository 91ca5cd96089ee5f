package import HubModel

/// Where a tenant's requests go: the answer of a lookup.
package struct Route: Hashable, Sendable {
    package let tenant: TenantID
    package let epoch: Epoch
    package let state: TenantState
    /// Index into ``DirectorySnapshot/shards``.
    package let shard: Int

    package init(tenant: TenantID, epoch: Epoch, state: TenantState, shard: Int) {
        self.tenant = tenant
        self.epoch = epoch
        self.state = state
        self.shard = shard
    }
}

/// What a snapshot knows about a name.
package enum Lookup: Hashable, Sendable {
    case route(Route)
    /// The tenant once had this name and has another one now.
    case renamed(Subdomain)
    case unknown
}
