import HubModel

/// What a write makes of an item.
enum ItemState: Hashable, Sendable {
    /// Not made yet, or deleted.
    case absent
    case project(ProjectState)
    case user(name: String, role: UserRole)
    case name(String)
    /// A session that is open.
    case session
}

struct ProjectState: Hashable, Sendable {
    /// Contains the number of the project and counts its versions.
    var name: String
    var status = WorkStatus.notStarted
    /// Who created it.
    var creator: ItemID
    var tasks = 0
    var completedTasks = 0
}

extension ItemState: CustomStringConvertible {
    var description: String {
        switch self {
        case .absent: "absent"
        case .project(let project):
            "'\(project.name)' \(project.status.rawValue) \(project.completedTasks)/\(project.tasks)"
        case .user(let name, let role): "'\(name)' \(role.rawValue)"
        case .name(let name): "'\(name)'"
        case .session: "open"
        }
    }
}
