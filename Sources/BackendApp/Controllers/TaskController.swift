import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/tasks`: tasks of all projects of a tenant.
struct TaskController: Sendable {
    let workspace: Workspace

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/tasks", use: list)
        routes.get("/api/tasks/:task", use: get)
        routes.put("/api/tasks/:task", use: update)
        routes.patch("/api/tasks/:task/status", use: setStatus)
        routes.delete("/api/tasks/:task", use: delete)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        var query = QueryReader(request)
        let filter = TaskFilter(
            status: query.choice("status", WorkStatus.self),
            priority: query.choice("priority", TaskPriority.self),
            assignee: query.value(
                "assignedTo",
                AssigneeParameter.self,
                expected: "'me', the id of a user, or 'none'"
            )?.assignee,
            dueBefore: query.value("dueBefore", Timestamp.self, expected: "an RFC 3339 time"),
            isOverdue: query.value("overdue", Bool.self, expected: "'true' or 'false'"),
            search: query.search()
        )
        let part = try query.page()
        let (tasks, _) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.tasks.list(filter, order: .earliestDueFirst, ListWindow(part))
        }
        return try .page(Page(tasks, request: part, view: TaskView.init), of: request)
    }

    @Sendable
    private func get(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.taskID()
        let (task, _) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.tasks.get(id)
        }
        return try .object(TaskView(task), of: request)
    }

    @Sendable
    func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let wanted = try await request.json(UpdateTaskRequest.self, context: context)
        let changes = TaskChanges(
            title: wanted.title,
            description: wanted.description,
            status: wanted.status,
            priority: wanted.priority,
            assignedTo: wanted.assignedTo,
            dueDate: wanted.dueDate
        )
        return try await change(request, context, changes)
    }

    @Sendable
    private func setStatus(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let wanted = try await request.json(UpdateTaskStatusRequest.self, context: context)
        return try await change(request, context, TaskChanges(status: wanted.status))
    }

    @Sendable
    func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.taskID()
        try await workspace.write(for: request, in: context) { transaction, person in
            let task = try await transaction.tasks.lock(id)
            if !person.isAdministrator {
                try person.requireAuthority(over: await transaction.projects.get(task.project))
            }
            try request.requireMatch(TaskView(task))
            try await transaction.tasks.delete(task)
        }
        return Response(status: .noContent)
    }

    private func change(
        _ request: Request,
        _ context: TenantWebContext,
        _ changes: TaskChanges
    ) async throws -> Response {
        let id = try context.taskID()
        let task = try await workspace.write(for: request, in: context) { transaction, _ in
            let task = try await transaction.tasks.lock(id)
            try request.requireMatch(TaskView(task))
            return try await transaction.tasks.update(task, changes)
        }
        return try .object(TaskView(task), of: request)
    }
}

extension TenantWebContext {
    /// The task that the path names.
    ///
    /// - Throws: 404, the same as for another tenant's task, when the text is no id at all.
    func taskID() throws(Problem) -> TaskID {
        guard let id = parameters.get("task").flatMap(TaskID.init) else {
            throw .notFound("There is no such task here.")
        }
        return id
    }
}
