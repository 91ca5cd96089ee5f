import HubColumns
package import HubModel
import Postgres

/// A row of `tenants`, with the number of its users; its projects and tasks are not counted.
package struct TenantProfile: Hashable, Sendable {
    package let id: TenantID
    package let subdomain: Subdomain
    package let name: String
    package let maxUsers: Int
    package let maxProjects: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let users: Int

    package init(
        id: TenantID,
        subdomain: Subdomain,
        name: String,
        maxUsers: Int,
        maxProjects: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        users: Int
    ) {
        self.id = id
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.users = users
    }
}

extension TenantProfile {
    init(_ row: PostgresRow) throws(PostgresError) {
        (id, subdomain, name, maxUsers, maxProjects, createdAt, updatedAt, users) = try row.decode(
            (
                TenantID.self, Subdomain.self, String.self, Int.self, Int.self, Timestamp.self, Timestamp.self,
                Int.self
            )
        )
    }

    static func query(_ tenant: TenantID) -> PostgresQuery {
        """
        SELECT id, subdomain, name, maxUsers, maxProjects, createdAt, updatedAt,
               (SELECT count(*) FROM users WHERE tenantId = \(tenant))
        FROM tenants WHERE id = \(tenant)
        """
    }
}
