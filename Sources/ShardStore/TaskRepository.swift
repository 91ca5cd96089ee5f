import HubColumns
package import HubModel
import Postgres

/// The tenant's tasks.
package struct TaskRepository<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    package func list(
        _ filter: TaskFilter,
        order: TaskOrder = .newestFirst,
        _ window: ListWindow
    ) async throws(ShardError) -> Listing<TaskRecord> {
        let condition = filter.condition(in: tenant)
        let answers = try await shard.pipeline([
            TaskRecord.query(
                """
                SELECT * FROM tasks WHERE \(fragment: condition)
                ORDER BY \(unescaped: order.columns(of: "tasks")) LIMIT \(window.limit) OFFSET \(window.offset)
                """,
                order: order
            ),
            "SELECT count(*) FROM tasks WHERE \(fragment: condition)",
        ])
        return Listing(items: try answers[0].map(TaskRecord.init), total: try answers[1].value())
    }

    /// - Throws: `.notFound(.task)`.
    package func get(_ id: TaskID) async throws(ShardError) -> TaskRecord {
        let tasks = try await shard.query(
            TaskRecord.query("SELECT * FROM tasks WHERE tenantId = \(tenant) AND id = \(id)")
        ).map(TaskRecord.init)
        guard let task = tasks.first else { throw ShardError(.notFound(.task), "the task does not exist") }
        return task
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension TaskRepository where Access == WriteAccess {
    /// Creates the task and its audit entry.
    ///
    /// Project and assignee are looked up in the tenant by the statement itself, and once more by the composite foreign
    /// keys, which also see a deletion that comes in between.
    ///
    /// - Throws: `.notFound(.project)`, `.invalidReference("assignedTo")`.
    package func create(_ new: NewTask) async throws(ShardError) -> TaskRecord {
        let id = TaskID.fresh()
        let entry = AuditEntry(.createTask, .task, id.uuid, changes: .created(new))
        let hasProject: PostgresQuery =
            "EXISTS (SELECT FROM projects WHERE tenantId = \(tenant) AND id = \(new.project))"
        var hasAssignee: PostgresQuery = "true"
        if let user = new.assignedTo {
            hasAssignee = "EXISTS (SELECT FROM users WHERE tenantId = \(tenant) AND id = \(user))"
        }
        let answers = try await shard.pipeline([
            """
            WITH created AS (
              INSERT INTO tasks (id, tenantId, projectId, title, description, status, priority, assignedTo, dueDate)
              SELECT \(id), \(tenant), \(new.project), \(new.title), \(new.description), \(new.status),
                     \(new.priority), \(new.assignedTo), \(new.dueDate)
              WHERE \(fragment: hasProject) AND \(fragment: hasAssignee)
              RETURNING *
            ), recorded AS (
              \(fragment: .recording(entry, in: shard.context, forEachRowOf: "created"))
            )
            \(fragment: TaskRecord.query("SELECT * FROM created"))
            """,
            "SELECT \(fragment: hasProject)",
        ])
        if let task = try answers[0].map(TaskRecord.init).first { return task }
        guard try answers[1].value(Bool.self) else {
            throw ShardError(.notFound(.project), "the project does not exist")
        }
        throw ShardError(.invalidReference(field: "assignedTo"), "the assignee is not a user of the tenant")
    }
}
