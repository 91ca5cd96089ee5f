import Caching
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
        let condition = filter.condition(in: shard.context)
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
        try shard.note(.taskCount)
        let id = TaskID.fresh()
        let entry = AuditEntry(.createTask, .task, id.uuid, changes: .created(new), project: new.project)
        let hasProject: PostgresQuery =
            "EXISTS (SELECT FROM projects WHERE tenantId = \(tenant) AND id = \(new.project))"
        let answers = try await shard.pipeline([
            """
            WITH created AS (
              INSERT INTO tasks (id, tenantId, projectId, title, description, status, priority, assignedTo, dueDate)
              SELECT \(id), \(tenant), \(new.project), \(new.title), \(new.description), \(new.status),
                     \(new.priority), \(new.assignedTo), \(new.dueDate)
              WHERE \(fragment: hasProject) AND \(fragment: hasUser(new.assignedTo))
              RETURNING *
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "created"))
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

extension TaskRepository where Access == WriteAccess {
    /// The task, which nobody else changes until the transaction ends.
    ///
    /// - Throws: `.notFound(.task)`.
    package func lock(_ id: TaskID) async throws(ShardError) -> TaskRecord {
        // The row is read by a younger snapshot than the lock's, so with what its last holder has committed.
        let answers = try await shard.pipeline([
            "SELECT FROM tasks WHERE tenantId = \(tenant) AND id = \(id) FOR NO KEY UPDATE",
            TaskRecord.query("SELECT * FROM tasks WHERE tenantId = \(tenant) AND id = \(id)"),
        ])
        guard let task = try answers[1].map(TaskRecord.init).first else {
            throw ShardError(.notFound(.task), "the task does not exist")
        }
        return task
    }

    /// Changes a locked task, with its audit entry; without a difference nothing is written.
    ///
    /// - Throws: `.invalidReference("assignedTo")`.
    package func update(_ task: TaskRecord, _ changes: TaskChanges) async throws(ShardError) -> TaskRecord {
        let (before, after) = (NewTask(task), changes.applied(to: task))
        guard after != before else { return task }
        if (after.status, after.project) != (before.status, before.project) { try shard.note(.task) }
        let entry = AuditEntry(
            .updateTask,
            .task,
            task.id.uuid,
            changes: .updated(from: before, to: after),
            project: task.project
        )
        let updated = try await shard.query(
            """
            WITH updated AS (
              UPDATE tasks SET title = \(after.title), description = \(after.description), status = \(after.status),
                     priority = \(after.priority), assignedTo = \(after.assignedTo), dueDate = \(after.dueDate),
                     updatedAt = clock_timestamp()
              WHERE tenantId = \(tenant) AND id = \(task.id) AND \(fragment: hasUser(after.assignedTo))
              RETURNING *
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "updated"))
            \(fragment: TaskRecord.query("SELECT * FROM updated"))
            """
        ).map(TaskRecord.init)
        guard let task = updated.first else {
            throw ShardError(.invalidReference(field: "assignedTo"), "the assignee is not a user of the tenant")
        }
        return task
    }

    /// Removes a locked task, with the audit entry.
    package func delete(_ task: TaskRecord) async throws(ShardError) {
        try shard.note(.taskCount)
        let entry = AuditEntry(
            .deleteTask,
            .task,
            task.id.uuid,
            changes: .deleted(NewTask(task)),
            project: task.project
        )
        try await shard.query(
            """
            WITH deleted AS (
              DELETE FROM tasks WHERE tenantId = \(tenant) AND id = \(task.id) RETURNING id
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "deleted"))
            SELECT FROM deleted
            """
        )
    }

    // MARK: - Private

    /// Whether the user is one of the tenant's; nobody always is.
    private func hasUser(_ user: UserID?) -> PostgresQuery {
        guard let user else { return "true" }
        return "EXISTS (SELECT FROM users WHERE tenantId = \(tenant) AND id = \(user))"
    }
}
