/// What a person may do; the raw values are those of the `users.role` column.
package enum UserRole: String, CaseIterable, Codable, Sendable {
    /// Operates the whole hub; has no tenant.
    case superAdmin = "super_admin"
    /// Manages one tenant's users, projects and settings.
    case tenantAdmin = "tenant_admin"
    case user
}
