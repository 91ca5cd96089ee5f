import HubModel

extension WorkStatus {
    /// What people read.
    var label: String {
        switch self {
        case .notStarted: "Not started"
        case .inProgress: "In progress"
        case .completed: "Completed"
        }
    }
}

extension TaskPriority {
    var label: String {
        switch self {
        case .low: "Low"
        case .medium: "Medium"
        case .high: "High"
        }
    }
}

extension UserRole {
    var label: String {
        switch self {
        case .superAdmin: "Super admin"
        case .tenantAdmin: "Administrator"
        case .user: "Member"
        }
    }
}

extension AuditAction {
    /// What was done, as people say it.
    var label: String {
        switch self {
        case .createUser: "Added a person"
        case .updateUser: "Changed a person"
        case .deleteUser: "Removed a person"
        case .createProject: "Created a project"
        case .updateProject: "Changed a project"
        case .deleteProject: "Deleted a project"
        case .createTask: "Added a task"
        case .updateTask: "Changed a task"
        case .deleteTask: "Deleted a task"
        case .createTenant: "Created the workspace"
        case .updateTenant: "Changed the workspace"
        case .deleteTenant: "Erased the workspace"
        case .updateShard: "Changed a shard"
        case .login: "Signed in"
        case .loginFailed: "Failed to sign in"
        case .logout: "Signed out"
        case .impersonate: "Acted as somebody"
        case .exportAudit: "Exported the audit log"
        case .moveTenant: "Moved the workspace"
        case .restoreTenant: "Restored the workspace"
        case .warmCache: "Warmed a cache"
        }
    }
}
