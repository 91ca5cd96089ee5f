import HubModel
package import HubWire
import Mustache

/// A task as lists, boards and its own page show one.
package struct TaskRow: Sendable {
    struct Assignee: Sendable {
        let id: String
        let name: String
        let initials: String
    }

    let id: String
    let title: String
    let description: String?
    let status: String
    let statusLabel: String
    let isDone: Bool
    let priority: String
    let priorityLabel: String
    let assignee: Assignee?
    /// RFC 3339.
    let dueDate: String?
    /// The day in UTC, for browsers that run no script.
    let dueDay: String?
    let projectID: String
    let projectName: String?
    let createdAt: String
    let updatedAt: String
    /// The entity tag of what is shown, for `If-Match`.
    let tag: String

    package init(_ task: TaskView, tag: String, project: String? = nil) {
        id = "\(task.id)"
        title = task.title
        description = task.description
        status = task.status.rawValue
        statusLabel = task.status.label
        isDone = task.status == .completed
        priority = task.priority.rawValue
        priorityLabel = task.priority.label
        assignee = task.assignedTo.map {
            Assignee(id: "\($0.id)", name: $0.fullName, initials: Shell.initials(of: $0.fullName))
        }
        dueDate = task.dueDate.map { "\($0)" }
        dueDay = dueDate.map { String($0.prefix(10)) }
        projectID = "\(task.projectId)"
        projectName = project
        createdAt = "\(task.createdAt)"
        updatedAt = "\(task.updatedAt)"
        self.tag = tag
    }
}

/// Boards have hundreds: a template finds their values by name instead of by reflection, which took most of a page's time.
extension TaskRow: MustacheParent {
    package func child(named: String) -> Any? {
        switch named {
        case "id": id
        case "title": title
        case "description": description
        case "status": status
        case "statusLabel": statusLabel
        case "isDone": isDone
        case "priority": priority
        case "priorityLabel": priorityLabel
        case "assignee": assignee
        case "dueDate": dueDate
        case "dueDay": dueDay
        case "projectID": projectID
        case "projectName": projectName
        case "createdAt": createdAt
        case "updatedAt": updatedAt
        case "tag": tag
        default: nil
        }
    }
}

extension TaskRow.Assignee: MustacheParent {
    package func child(named: String) -> Any? {
        switch named {
        case "id": id
        case "name": name
        case "initials": initials
        default: nil
        }
    }
}
