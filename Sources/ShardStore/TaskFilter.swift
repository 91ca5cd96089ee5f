import HubColumns
package import HubModel
import Postgres

/// Which tasks are wanted; nil asks for any.
package struct TaskFilter: Sendable {
    package enum Assignee: Sendable {
        case nobody
        /// The context's actor.
        case me
        case user(UserID)
    }

    package var project: ProjectID?
    package var status: WorkStatus?
    package var priority: TaskPriority?
    package var assignee: Assignee?
    /// Due before this moment.
    package var dueBefore: Timestamp?
    /// Due in the past (true) and not completed, or not so (false).
    package var isOverdue: Bool?
    /// A part of the title, in either case.
    package var search: String?

    package init(
        project: ProjectID? = nil,
        status: WorkStatus? = nil,
        priority: TaskPriority? = nil,
        assignee: Assignee? = nil,
        dueBefore: Timestamp? = nil,
        isOverdue: Bool? = nil,
        search: String? = nil
    ) {
        self.project = project
        self.status = status
        self.priority = priority
        self.assignee = assignee
        self.dueBefore = dueBefore
        self.isOverdue = isOverdue
        self.search = search
    }

    /// The condition on the columns of `tasks`.
    func condition(in context: TenantContext) -> PostgresQuery {
        var condition: PostgresQuery = "tenantId = \(context.tenant)"
        if let project { condition = "\(fragment: condition) AND projectId = \(project)" }
        if let status { condition = "\(fragment: condition) AND status = \(status)" }
        if let priority { condition = "\(fragment: condition) AND priority = \(priority)" }
        switch assignee {
        case .user(let user): condition = "\(fragment: condition) AND assignedTo = \(user)"
        case .me: condition = "\(fragment: condition) AND assignedTo = \(context.actor)"
        case .nobody: condition = "\(fragment: condition) AND assignedTo IS NULL"
        case nil: break
        }
        if let dueBefore { condition = "\(fragment: condition) AND dueDate < \(dueBefore)" }
        if let isOverdue {
            condition =
                "\(fragment: condition) AND (dueDate < now() AND status <> 'completed') IS \(unescaped: isOverdue ? "TRUE" : "NOT TRUE")"
        }
        if let search { condition = "\(fragment: condition) AND strpos(lower(title), lower(\(search))) > 0" }
        return condition
    }
}
