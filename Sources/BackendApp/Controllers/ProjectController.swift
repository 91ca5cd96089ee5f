import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/projects`: a tenant's projects.
struct ProjectController: Sendable {
    let workspace: Workspace
    let pages = EncodedPages()

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/projects", use: list)
        routes.post("/api/projects", use: create)
        routes.get("/api/projects/:project", use: get)
        routes.put("/api/projects/:project", use: update)
        routes.delete("/api/projects/:project", use: delete)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        var query = QueryReader(request)
        let filter = ProjectFilter(
            status: query.choice("status", WorkStatus.self),
            createdBy: query.value("createdBy", UserID.self, expected: "the id of a user"),
            search: query.search()
        )
        let part = try query.page()
        let page = try await workspace.projects(filter, ListWindow(part), for: request, in: context, keptIn: pages) {
            try EncodedPage(Page($0, request: part, view: ProjectView.init), of: request)
        }
        return .page(page)
    }

    @Sendable
    func create(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (wanted, body) = try await request.jsonBody(CreateProjectRequest.self, context: context)
        return try await workspace.answerCreation(of: request, body: body, in: context) { (project: ProjectView) in
            "/api/projects/\(project.id)"
        } _: { transaction, _ in
            ProjectView(try await transaction.projects.create(NewProject(wanted)))
        }
    }

    @Sendable
    private func get(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.projectID()
        let (project, _) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.projects.get(id)
        }
        return try .object(ProjectView(project), of: request)
    }

    @Sendable
    func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.projectID()
        let wanted = try await request.json(UpdateProjectRequest.self, context: context)
        let project = try await workspace.write(for: request, in: context) { transaction, person in
            let project = try await transaction.projects.lock(id)
            try person.requireAuthority(over: project)
            try request.requireMatch(ProjectView(project))
            return try await transaction.projects.update(
                project,
                ProjectChanges(name: wanted.name, description: wanted.description, status: wanted.status)
            )
        }
        return try .object(ProjectView(project), of: request)
    }

    @Sendable
    func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let id = try context.projectID()
        try await workspace.write(for: request, in: context) { transaction, person in
            let project = try await transaction.projects.lock(id)
            try person.requireAuthority(over: project)
            try request.requireMatch(ProjectView(project))
            try await transaction.projects.delete(project)
        }
        return Response(status: .noContent)
    }
}

extension Person {
    /// - Throws: 403 for everybody but the administrators and the project's creator.
    func requireAuthority(over project: ProjectRecord) throws(WebFailure) {
        guard isAdministrator || project.createdBy?.id == user.id else {
            throw WebFailure(.forbidden("Only an administrator or whoever created the project may do this."))
        }
    }
}

extension NewProject {
    init(_ wanted: CreateProjectRequest) {
        self.init(name: wanted.name, description: wanted.description, status: wanted.status)
    }
}

extension TenantWebContext {
    /// The project that the path names.
    ///
    /// - Throws: 404, the same as for another tenant's project, when the text is no id at all.
    func projectID() throws(Problem) -> ProjectID {
        guard let id = parameters.get("project").flatMap(ProjectID.init) else {
            throw .notFound("There is no such project here.")
        }
        return id
    }
}
