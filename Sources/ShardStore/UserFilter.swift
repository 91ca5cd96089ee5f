import HubColumns
package import HubModel
import Postgres

/// Which users are wanted; nil asks for any.
package struct UserFilter: Sendable {
    package var role: UserRole?
    /// A part of the name or the email, in either case.
    package var search: String?

    package init(role: UserRole? = nil, search: String? = nil) {
        self.role = role
        self.search = search
    }

    /// The condition on the columns of `users`.
    func condition(in tenant: TenantID) -> PostgresQuery {
        var condition: PostgresQuery = "tenantId = \(tenant)"
        if let role { condition = "\(fragment: condition) AND role = \(role)" }
        if let search {
            condition = """
                \(fragment: condition)
                AND (strpos(lower(fullName), lower(\(search))) > 0 OR strpos(lower(email), lower(\(search))) > 0)
                """
        }
        return condition
    }
}
