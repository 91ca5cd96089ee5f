import HubColumns
package import HubModel
import Postgres

/// Which projects are wanted; nil asks for any.
package struct ProjectFilter: Sendable {
    package var status: WorkStatus?
    package var createdBy: UserID?
    /// A part of the name, in either case.
    package var search: String?

    package init(status: WorkStatus? = nil, createdBy: UserID? = nil, search: String? = nil) {
        self.status = status
        self.createdBy = createdBy
        self.search = search
    }

    /// The condition on the columns of `projects`.
    func condition(in tenant: TenantID) -> PostgresQuery {
        var condition: PostgresQuery = "tenantId = \(tenant)"
        if let status { condition = "\(fragment: condition) AND status = \(status)" }
        if let createdBy { condition = "\(fragment: condition) AND createdBy = \(createdBy)" }
        if let search { condition = "\(fragment: condition) AND strpos(lower(name), lower(\(search))) > 0" }
        return condition
    }
}
