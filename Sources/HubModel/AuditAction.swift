/// What was done, as the audit trails of tenants and of the control plane name it.
package enum AuditAction: String, CaseIterable, Codable, Sendable {
    case createUser = "CREATE_USER"
    case updateUser = "UPDATE_USER"
    case deleteUser = "DELETE_USER"
    case createProject = "CREATE_PROJECT"
    case updateProject = "UPDATE_PROJECT"
    case deleteProject = "DELETE_PROJECT"
    case createTask = "CREATE_TASK"
    case updateTask = "UPDATE_TASK"
    case deleteTask = "DELETE_TASK"
    case createTenant = "CREATE_TENANT"
    case updateTenant = "UPDATE_TENANT"
    case deleteTenant = "DELETE_TENANT"
    case updateShard = "UPDATE_SHARD"
    case login = "LOGIN"
    case loginFailed = "LOGIN_FAILED"
    case logout = "LOGOUT"
    case impersonate = "IMPERSONATE"
    case exportAudit = "EXPORT_AUDIT"
    case moveTenant = "MOVE_TENANT"
    /// The tenant is again as it was at a moment.
    case restoreTenant = "RESTORE_TENANT"
    case warmCache = "WARM_CACHE"
}

extension AuditAction {
    /// Whether pages follow it: it changes what they show, or ends a session they may show it in.
    package var isFollowed: Bool {
        switch self {
        case .createUser, .updateUser, .deleteUser, .createProject, .updateProject, .deleteProject, .createTask,
            .updateTask, .deleteTask, .createTenant, .updateTenant, .deleteTenant, .logout, .moveTenant,
            .restoreTenant:
            true
        case .login, .loginFailed, .impersonate, .exportAudit, .updateShard, .warmCache: false
        }
    }
}
