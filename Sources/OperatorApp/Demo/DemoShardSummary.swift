import HubModel
import ShardStore

/// What a load did to one shard.
struct DemoShardSummary: Encodable, Sendable {
    let shard: ShardID
    /// Tenants, and what they have, that are there since this run.
    var tenants = 0
    var users = 0
    var projects = 0
    var tasks = 0
    var rows = 0
    /// Tenants that routers know since this run.
    var registered = 0
    /// Tenants that were there before.
    var kept = 0

    init(shard: ShardID) {
        self.shard = shard
    }

    /// Counts a slice.
    mutating func add(_ slice: [DemoTenant], _ loaded: DemoSummary, registered: Int) {
        let ids = Set(loaded.loaded)
        for tenant in slice where ids.contains(tenant.id) {
            users += tenant.users
            projects += tenant.projects.count
            tasks += tenant.tasks
        }
        tenants += ids.count
        rows += loaded.rows
        kept += slice.count - ids.count
        self.registered += registered
    }
}
