package import HubModel

/// What an archive of one tenant is made of: lines of JSON, a header first, then the rows of each table, at last the counts.
///
/// A row is as PostgreSQL's `to_jsonb` writes it: lower-case names of columns, moments with their offset. The tables come in
/// such an order that a row refers only to rows before it.
package enum TenantArchive {
    /// The value of `format` in the header.
    package static let format = "workspace-hub.tenant"
    /// Raised when an older reader could not understand what is written.
    package static let version = 1

    /// What belongs to a tenant's people. Sessions, keys of repeated requests, the log of recent changes and marks of
    /// moves belong to a deployment, and counters are counted again.
    package static let tables = ["tenants", "users", "projects", "tasks", "audit_logs"]

    /// What stands in the place of a password's hash in an archive without passwords: no password has it.
    package static let noPassword = "!"
}

/// The tenant that an archive is of.
package struct ArchivedTenant: Codable, Sendable {
    package let id: TenantID
    package let subdomain: Subdomain
    package let name: String
    /// When it began: no audit row of its is older.
    package let createdAt: Timestamp

    package init(id: TenantID, subdomain: Subdomain, name: String, createdAt: Timestamp) {
        (self.id, self.subdomain, self.name, self.createdAt) = (id, subdomain, name, createdAt)
    }
}
