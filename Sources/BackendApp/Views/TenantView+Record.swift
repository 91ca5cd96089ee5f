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
            usage: HubWire.TenantUsage(
                users: settings.usage.users,
                projects: settings.usage.projects,
                tasks: settings.usage.tasks
            )
        )
    }
}
