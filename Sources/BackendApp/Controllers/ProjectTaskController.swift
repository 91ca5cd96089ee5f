import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/projects/{id}/tasks`: the tasks of one project.
struct ProjectTaskController: Sendable {
    let workspace: Workspace

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/projects/:project/tasks", use: list)
        routes.post("/api/projects/:project/tasks", use: create)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let project = try context.projectID()
        var query = QueryReader(request)
        let filter = TaskFilter(
            project: project,
            status: query.choice("status", WorkStatus.self),
            priority: query.choice("priority", TaskPriority.self),
            assignee: query.value("assignedTo", AssigneeParameter.self, expected: "'me', the id of a user, or 'none'")?
                .assignee,
            search: query.search()
        )
        let part = try query.page()
        let (tasks, _) = try await workspace.read(for: request, in: context) { transaction in
            // The project first: without it the list would be empty, which is not the same as not being there.
            _ = try await transaction.projects.get(project)
            return try await transaction.tasks.list(filter, ListWindow(part))
        }
        return try .page(Page(tasks, request: part, view: TaskView.init), of: request)
    }

    @Sendable
    func create(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let project = try context.projectID()
        let (wanted, body) = try await request.jsonBody(CreateTaskRequest.self, context: context)
        return try await workspace.answerCreation(of: request, body: body, in: context) { (task: TaskView) in
            "/api/tasks/\(task.id)"
        } _: { transaction, _ in
            TaskView(
                try await transaction.tasks.create(
                    NewTask(
                        project: project,
                        title: wanted.title,
                        description: wanted.description,
                        status: wanted.status,
                        priority: wanted.priority,
                        assignedTo: wanted.assignedTo,
                        dueDate: wanted.dueDate
                    )
                )
            )
        }
    }
}
