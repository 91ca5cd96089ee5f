import HubColumns
package import HubModel
import Postgres

/// A row of `projects`, with its creator and the number of its tasks.
package struct ProjectRecord: Hashable, Sendable {
    package let id: ProjectID
    package let name: String
    package let description: String?
    package let status: WorkStatus
    /// Nil once the user was deleted.
    package let createdBy: UserReference?
    package let taskCount: Int
    package let completedTaskCount: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(
        id: ProjectID,
        name: String,
        description: String?,
        status: WorkStatus,
        createdBy: UserReference?,
        taskCount: Int,
        completedTaskCount: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.status = status
        self.createdBy = createdBy
        self.taskCount = taskCount
        self.completedTaskCount = completedTaskCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension ProjectRecord {
    /// Reads the columns of ``query(_:)``, which others may follow.
    init(_ row: PostgresRow) throws(PostgresError) {
        let creator: UserID?, creatorName: String?
        (id, name, description, status, createdAt, updatedAt, creator, creatorName, taskCount, completedTaskCount) =
            try row.decode(
                (
                    ProjectID.self, String.self, String?.self, WorkStatus.self, Timestamp.self, Timestamp.self,
                    UserID?.self, String?.self, Int.self, Int.self
                ),
                from: 0
            )
        createdBy = UserReference(id: creator, fullName: creatorName)
    }

    /// Completes the projects of `source`, a query of whole rows of `projects`; newest first.
    ///
    /// - Parameter more: expressions of further columns, each after a comma, of `projects AS p`.
    static func query(_ source: PostgresQuery, and more: PostgresQuery = "") -> PostgresQuery {
        """
        SELECT p.id, p.name, p.description, p.status, p.createdAt, p.updatedAt, u.id, u.fullName,
               n.tasks, n.completed\(fragment: more)
        FROM (\(fragment: source)) AS p
        LEFT JOIN users AS u ON u.tenantId = p.tenantId AND u.id = p.createdBy
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(c.tasks), 0) AS tasks, coalesce(sum(c.completed), 0) AS completed
          FROM task_counts AS c WHERE c.tenantId = p.tenantId AND c.projectId = p.id
        ) AS n
        ORDER BY p.createdAt DESC, p.id DESC
        """
    }
}
