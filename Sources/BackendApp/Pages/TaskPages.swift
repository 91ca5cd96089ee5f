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
        routes.get("/tasks/:task") { try await show($0, $1) }
        routes.post("/tasks/:task", use: update)
        routes.post("/tasks/:task/delete", use: delete)
    }

    // MARK: - Private

    private func show(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        try await desk.visit(request, context) {
            let id = try context.taskID()
            let (visit, (task, project, people)) = try await desk.read(request, context) { transaction in
                let task = try await transaction.tasks.get(id)
                let (project, people) = try await ConcurrentReads.both(
                    { try await transaction.projects.get(task.project) },
                    { try await transaction.users.choices() }
                )
                return (task, project, people)
            }
            let page = TaskPage(
                shell: visit.shell(task.title, at: .projects),
                task: try visit.row(task, project: project.name),
                people: people,
                mayDelete: visit.person.isAdministrator || project.createdBy?.id == visit.person.user.id,
                form: FormState(form, failure)
            )
            return .html(page.markup, status: failure.status)
        }
    }

    /// The page that has the task among others.
    private func home(_ request: Request, _ context: TenantWebContext) async throws -> String {
        let id = try context.taskID()
        let task = try await desk.workspace.read(for: request, in: context) { try await $0.tasks.get(id) }.answer
        return "/projects/\(task.project)"
    }

    @Sendable
    private func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let blanks: Set = ["description", "assignedTo", "dueDate"]
        return try await desk.submit(request, context, .put, blanks: blanks, to: tasks.update) { _ in
            try await home(request, context)
        } redraw: { form, failure in
            try await show(request, context, form, failure)
        }
    }

    @Sendable
    private func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let home = try await home(request, context)
        return try await desk.submit(request, context, .delete, to: tasks.delete) { _ in home }
    }
}
