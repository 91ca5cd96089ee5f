import HubModel
import HubWire
import ShardStore

extension TenantView {
    init(_ settings: TenantSettings, region: RegionID) {
        self.init(
            id: settings.id,
            name: settings.name,
            subdomain: settings.subdomain,
            region: region,
            maxUsers: settings.maxUsers,
            maxProjects: settings.maxProjects,
            usage: HubWire.TenantUsage(of: settings)
        )
    }
}

extension HubWire.TenantUsage {
    init(of settings: TenantSettings) {
        let usage = settings.usage
        self.init(users: usage.users, projects: usage.projects, tasks: usage.tasks)
    }
}
