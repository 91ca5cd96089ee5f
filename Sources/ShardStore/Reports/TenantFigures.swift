package import HubModel

/// What is counted of one tenant; of the later members, what was asked for.
package struct TenantFigures: Hashable, Sendable {
    package let tenant: TenantID
    package let createdAt: Timestamp
    package let maxUsers: Int
    package let maxProjects: Int
    package let users: Int
    package let projects: Int
    package let tasks: Int
    package let completed: Int
    /// For ``ReportPart/usage``.
    package internal(set) var inProgress = 0
    /// Not completed, and due before the snapshot.
    package internal(set) var overdue = 0
    /// For ``ReportPart/growth``: made in the window.
    package internal(set) var newTasks = 0
    /// For ``ReportPart/inactive``: the last entry of the audit trail, sign-in or use of a session, or the tenant's beginning.
    package internal(set) var lastActiveAt: Timestamp?
    /// For ``ReportPart/storage``.
    package internal(set) var auditEntries = 0
}
