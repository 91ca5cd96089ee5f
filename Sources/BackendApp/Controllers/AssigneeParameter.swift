import HubModel
import ShardStore

/// The `assignedTo` parameter: a user's id, `me`, or `none` for tasks nobody has.
enum AssigneeParameter: LosslessStringConvertible {
    case me
    case nobody
    case user(UserID)

    /// What may stand for an id.
    static let words = ["me", "none"]

    init?(_ description: String) {
        switch description {
        case "me": self = .me
        case "none": self = .nobody
        default:
            guard let user = UserID(description) else { return nil }
            self = .user(user)
        }
    }

    var description: String {
        switch self {
        case .me: "me"
        case .nobody: "none"
        case .user(let user): user.description
        }
    }

    var assignee: TaskFilter.Assignee {
        switch self {
        case .me: .me
        case .nobody: .nobody
        case .user(let user): .user(user)
        }
    }
}
