import HubColumns
package import HubModel
import Postgres

/// A row of `tenants`, with how much of its limits is used.
package struct TenantSettings: Sendable {
    package let id: TenantID
    package let subdomain: Subdomain
    package let name: String
    package let maxUsers: Int
    package let maxProjects: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let usage: TenantUsage
}

extension TenantSettings {
    package init(_ tenant: TenantProfile, usage: TenantUsage) {
        id = tenant.id
        subdomain = tenant.subdomain
        name = tenant.name
        maxUsers = tenant.maxUsers
        maxProjects = tenant.maxProjects
        createdAt = tenant.createdAt
        updatedAt = tenant.updatedAt
        self.usage = usage
    }
}

extension TenantSettings {
    init(_ row: PostgresRow) throws(PostgresError) {
        let users: Int, projects: Int, tasks: Int
        (id, subdomain, name, maxUsers, maxProjects, createdAt, updatedAt, users, projects, tasks) = try row.decode(
            (
                TenantID.self, Subdomain.self, String.self, Int.self, Int.self, Timestamp.self, Timestamp.self,
                Int.self, Int.self, Int.self
            )
        )
        usage = TenantUsage(users: users, projects: projects, tasks: tasks)
    }

    static func query(_ tenant: TenantID) -> PostgresQuery {
        """
        SELECT id, subdomain, name, maxUsers, maxProjects, createdAt, updatedAt,
               (SELECT count(*) FROM users WHERE tenantId = \(tenant)),
               (SELECT count(*) FROM projects WHERE tenantId = \(tenant)),
               (SELECT coalesce(sum(tasks), 0) FROM task_counts WHERE tenantId = \(tenant))
        FROM tenants WHERE id = \(tenant)
        """
    }
}
