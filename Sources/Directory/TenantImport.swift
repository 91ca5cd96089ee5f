package import HubModel

/// A tenant that is on its shard already and is to be made known to routers.
package struct TenantImport: Sendable {
    package let id: TenantID
    package let subdomain: Subdomain
    package let name: String
    package let shard: ShardID

    package init(id: TenantID, subdomain: Subdomain, name: String, shard: ShardID) {
        self.id = id
        self.subdomain = subdomain
        self.name = name
        self.shard = shard
    }
}
