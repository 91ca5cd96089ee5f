import HubColumns
package import HubModel
import Postgres

/// A row of `tasks`, with its assignee.
package struct TaskRecord: Sendable {
    package let id: TaskID
    package let project: ProjectID
    package let title: String
    package let description: String?
    package let status: WorkStatus
    package let priority: TaskPriority
    /// Nil when nobody is assigned, or the user was deleted.
    package let assignedTo: UserReference?
    package let dueDate: Timestamp?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

extension TaskRecord {
    init(_ row: PostgresRow) throws(PostgresError) {
        let assignee: UserID?, assigneeName: String?
        (
            id, project, title, description, status, priority, dueDate, createdAt, updatedAt, assignee, assigneeName
        ) = try row.decode(
            (
                TaskID.self, ProjectID.self, String.self, String?.self, WorkStatus.self, TaskPriority.self,
                Timestamp?.self, Timestamp.self, Timestamp.self, UserID?.self, String?.self
            )
        )
        assignedTo = UserReference(id: assignee, fullName: assigneeName)
    }

    /// Completes the tasks of `source`, a query of whole rows of `tasks`.
    static func query(_ source: PostgresQuery, order: TaskOrder = .newestFirst) -> PostgresQuery {
        """
        SELECT t.id, t.projectId, t.title, t.description, t.status, t.priority, t.dueDate, t.createdAt, t.updatedAt,
               u.id, u.fullName
        FROM (\(fragment: source)) AS t
        LEFT JOIN users AS u ON u.tenantId = t.tenantId AND u.id = t.assignedTo
        ORDER BY \(unescaped: order.columns(of: "t"))
        """
    }
}
