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
