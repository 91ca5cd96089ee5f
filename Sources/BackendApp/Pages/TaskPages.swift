import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import WebPages

/// One task, to be read and changed.
struct TaskPages: Sendable {
    let desk: PageDesk
    let tasks: TaskController

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/tasks/:task", use: show)
        routes.post("/tasks/:task", use: update)
        routes.post("/tasks/:task/delete", use: delete)
    }

    // MARK: - Private

    @Sendable
    private func show(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await show(request, context, nil, nil)
    }

    private func show(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form?,
        _ failure: WebFailure?
    ) async throws -> Response {
        try await desk.visit(request, context) { visit in
            let (task, project, people) = try await read(request, context)
            let page = TaskPage(
                shell: visit.shell(task.title, at: .projects),
                task: try visit.row(task, project: project.name),
                people: people.items.map { ("\($0.id)", $0.fullName) },
                mayDelete: visit.person.isAdministrator || project.createdBy?.id == visit.person.user.id,
                form: FormState(form, failure)
            )
            return .html(page.markup, status: failure.status)
        }
    }

    private func read(
        _ request: Request,
        _ context: TenantWebContext
    ) async throws -> (TaskRecord, ProjectRecord, Listing<UserRecord>) {
        let id = try context.taskID()
        return try await desk.workspace.read(for: request, in: context) { transaction in
            let task = try await transaction.tasks.get(id)
            let (project, people) = try await ConcurrentReads.both(
                { try await transaction.projects.get(task.project) },
                {
                    try await transaction.users.list(
                        UserFilter(),
                        ListWindow(limit: PageRequest.allowedLimits.upperBound)
                    )
                }
            )
            return (task, project, people)
        }.answer
    }

    @Sendable
    private func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let blanks: Set = ["description", "assignedTo", "dueDate"]
        return try await desk.submit(request, context, .put, blanks: blanks, to: tasks.update) { _ in
            "/projects/\(try await read(request, context).0.project)"
        } redraw: { form, failure in
            try await show(request, context, form, failure)
        }
    }

    @Sendable
    private func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let project = try await read(request, context).0.project
        return try await desk.submit(request, context, .delete, to: tasks.delete) { _ in "/projects/\(project)" }
    }
}
