import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import WebPages

/// The projects of a workspace, and one project with its tasks.
struct ProjectPages: Sendable {
    let desk: PageDesk
    let projects: ProjectController
    let tasks: ProjectTaskController

    /// As many cards as a column shows at first, and at most, and rows as a list: a browser draws those of a few screens at once.
    /// Chromium looks at each field of a page for what it could fill in, 0.4 ms a field, and often before it paints.
    private static let cardsAtFirst = 20
    private static let mostCards = 500
    private static let pageLength = 50
    private static let projectsPageLength = 25

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/projects") { try await list($0, $1) }
        routes.post("/projects", use: create)
        routes.get("/projects/:project") { try await show($0, $1) }
        routes.post("/projects/:project", use: update)
        routes.post("/projects/:project/delete", use: delete)
        routes.post("/projects/:project/tasks", use: addTask)
    }

    // MARK: - Private

    private func list(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        try await desk.visit(request, context) {
            var query = PageVisit.query(of: request)
            let filter = ProjectFilter(status: query.choice("status", WorkStatus.self), search: query.search())
            let part = PageRequest(limit: ProjectPages.projectsPageLength, offset: try query.page().offset)
            let (settings, found, person) = try await desk.workspace.overview(
                filter,
                ListWindow(part),
                for: request,
                in: context
            )
            let visit = desk.visit(request, context, person, settings)
            let page = ProjectsPage(
                shell: visit.shell("Projects", at: .projects),
                projects: try found.items.map(visit.row),
                pager: Pager(found, part, path: "/projects", of: request),
                search: filter.search,
                status: filter.status,
                tenant: visit.tenant,
                form: FormState(form, failure)
            )
            return .html(page.markup, status: failure.status)
        }
    }

    private func show(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        try await desk.visit(request, context) {
            let id = try context.projectID()
            var query = PageVisit.query(of: request)
            let isBoard = query.text("view") == "board"
            let assignee = query.value("assignedTo", AssigneeParameter.self, expected: "'me', 'none' or a user's id")
            let filter = TaskFilter(
                project: id,
                status: query.choice("status", WorkStatus.self),
                priority: query.choice("priority", TaskPriority.self),
                assignee: assignee?.assignee,
                search: query.search()
            )
            let cards = query.whole("cards", in: 1...ProjectPages.mostCards) ?? ProjectPages.cardsAtFirst
            let part = PageRequest(limit: ProjectPages.pageLength, offset: try query.page().offset)
            let (visit, (project, parts, people)) = try await desk.read(request, context) { transaction in
                // The project first: without it the list would be empty, which is not the same as not being there.
                let project = try await transaction.projects.get(id)
                let (tasks, people) = try await ConcurrentReads.both(
                    {
                        isBoard
                            ? try await ProjectPages.columns(of: filter, cards, transaction)
                            : [try await transaction.tasks.list(filter, ListWindow(part))]
                    },
                    { try await transaction.users.choices() }
                )
                return (project, tasks, people)
            }
            let rows = try parts.map { try $0.items.map { try visit.row($0) } }
            let tasks: ProjectPage.Tasks
            if isBoard {
                let columns = zip(WorkStatus.allCases, zip(rows, parts)).map { status, column in
                    ProjectPage.Column(status, tasks: column.0, total: column.1.total)
                }
                let more = min(cards * 2, ProjectPages.mostCards)
                tasks = .board(columns, more: more > cards ? more : nil)
            } else {
                tasks = .list(rows[0], Pager(parts[0], part, path: request.uri.path, of: request))
            }
            let page = ProjectPage(
                shell: visit.shell(project.name, at: .projects),
                project: try visit.row(project),
                tasks: tasks,
                filter: ProjectPage.Filter(
                    search: filter.search,
                    status: filter.status,
                    priority: filter.priority,
                    assignee: assignee?.description
                ),
                people: people,
                otherQuery: QueryReader.others(than: ["view", "offset", "cards"], in: request),
                form: FormState(form, failure)
            )
            return .html(page.markup, status: failure.status)
        }
    }

    /// The newest tasks of each status; none of those that the filter leaves out.
    private static func columns(
        of filter: TaskFilter,
        _ cards: Int,
        _ transaction: ShardTransaction<ReadAccess>
    ) async throws -> [Listing<TaskRecord>] {
        @Sendable func column(_ status: WorkStatus) async throws -> Listing<TaskRecord> {
            guard filter.status == nil || filter.status == status else { return Listing(items: [], total: 0) }
            var filter = filter
            filter.status = status
            return try await transaction.tasks.list(filter, ListWindow(limit: cards))
        }
        let (first, (second, third)) = try await ConcurrentReads.both(
            { try await column(.notStarted) },
            { try await ConcurrentReads.both({ try await column(.inProgress) }, { try await column(.completed) }) }
        )
        return [first, second, third]
    }

    @Sendable
    private func create(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .post, to: projects.create) { answer in
            // The API's own path of the project, without the API.
            answer.headers[.location].map { String($0.dropFirst("/api".count)) } ?? "/projects"
        } redraw: { form, failure in
            try await list(request, context, form, failure)
        }
    }

    @Sendable
    private func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .put, blanks: ["description"], to: projects.update) { _ in
            request.uri.path
        }
    }

    @Sendable
    private func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .delete, to: projects.delete) { _ in "/projects" }
    }

    @Sendable
    private func addTask(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .post, to: tasks.create) { _ in
            String(request.uri.path.dropLast("/tasks".count))
        } redraw: { form, failure in
            try await show(request, context, form, failure)
        }
    }
}

extension Pager {
    init<Record>(_ found: Listing<Record>, _ part: PageRequest, path: String, of request: Request) {
        self.init(
            path: path,
            query: QueryReader.others(than: ["offset"], in: request),
            limit: part.limit,
            offset: part.offset,
            count: found.items.count,
            total: found.total
        )
    }
}
