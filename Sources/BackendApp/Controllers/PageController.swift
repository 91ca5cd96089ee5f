import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import Topology
import WebPages

/// The pages of a workspace: what a browser without any script needs to sign in and see its projects.
struct PageController: Sendable {
    let gate: SchemaGate
    let store: ShardStore
    let workspace: Workspace
    let signIn: SignIn
    let region: RegionDescription
    let origin: OriginCheck
    let bodyLimit: Int
    let now: WallClock

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/", use: home)
        routes.post("/sign-in", use: signIn)
        routes.post("/sign-out", use: signOut)
        routes.post("/projects", use: createProject)
        routes.get("/impersonate", use: impersonation)
        routes.post("/impersonate", use: impersonate)
    }

    // MARK: - Private

    @Sendable
    private func home(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        if Credential(of: request) != nil {
            do {
                return try await projects(request, context)
            } catch let failure as WebFailure where failure.problem.status == 401 {
                // The session has ended: the form comes next.
            }
        }
        return try await signInPage(context)
    }

    @Sendable
    private func signIn(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try origin.check(request)
        let form = try await request.form(context: context)
        do {
            let answer = try await signIn.perform(form.decode(LoginRequest.self), in: context)
            return .seeOther("/", fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now()))
        } catch {
            let failure = try correctable(error, context)
            return try await signInPage(context, form, failure)
        }
    }

    @Sendable
    private func signOut(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        do {
            try await workspace.signOut(request, in: context)
        } catch let failure as WebFailure where failure.problem.status == 401 {
            // It has ended already; all that is left is the cookie.
        }
        return .seeOther("/", fields: SessionCookie.clear())
    }

    @Sendable
    private func impersonation(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let ticket = request.uri.queryParameters["ticket"].map(String.init) ?? ""
        return try await impersonationPage(ticket, context)
    }

    @Sendable
    private func impersonate(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try origin.check(request)
        let form = try await request.form(context: context)
        do {
            let answer = try await signIn.redeem(form.decode(RedeemTicketRequest.self).ticket, in: context)
            return .seeOther("/", fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now()))
        } catch {
            return try await impersonationPage("", context, form, correctable(error, context))
        }
    }

    @Sendable
    private func createProject(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let form = try await request.form(context: context)
        do {
            _ = try await workspace.create(form.decode(CreateProjectRequest.self), for: request, in: context)
            return .seeOther("/")
        } catch {
            let failure = try correctable(error, context)
            guard failure.problem.status != 401 else { return .seeOther("/") }
            return try await projects(request, context, form, failure)
        }
    }

    private func impersonationPage(
        _ ticket: String,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        let settings = try await settings(context)
        let page = ImpersonationPage(workspace: settings.name, ticket: ticket, form: FormState(form, failure))
        return .html(page.markup, status: status(of: failure))
    }

    private func signInPage(
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        let settings = try await settings(context)
        let page = SignInPage(workspace: settings.name, region: region.name, form: FormState(form, failure))
        return .html(page.markup, status: status(of: failure), fields: failure?.fields ?? [:])
    }

    /// The workspace as its pages name it to people who are not signed in.
    private func settings(_ context: TenantWebContext) async throws -> TenantSettings {
        try gate.pass()
        return try await store.withRead(context.tenantContext(actor: nil)) { transaction in
            try await transaction.tenant.settings()
        }
    }

    private func projects(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        let part = try QueryReader(request).page()
        let (settings, projects, person) = try await workspace.overview(ListWindow(part), for: request, in: context)
        let page = ProjectsPage(
            shell: Shell(title: "Projects", brand: settings.name),
            projects: projects.items.map { project in
                ProjectRow(ProjectView(project), tag: "", mayChange: false)
            },
            pager: Pager(
                path: "/",
                limit: part.limit,
                offset: part.offset,
                count: projects.items.count,
                total: projects.total
            ),
            search: nil,
            status: nil,
            tenant: TenantView(settings, region: region.id),
            form: FormState(form, failure)
        )
        _ = person
        return .html(page.markup, status: status(of: failure))
    }

    /// The failure, when the person can do something about it in the form; others go to the middleware.
    private func correctable(_ error: any Error, _ context: TenantWebContext) throws -> WebFailure {
        let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: bodyLimit)
        guard [400, 401, 403, 409, 429].contains(failure.problem.status) else { throw error }
        return failure
    }

    private func status(of failure: WebFailure?) -> HTTPResponse.Status {
        failure.map { HTTPResponse.Status(code: $0.problem.status) } ?? .ok
    }
}

extension FormState {
    fileprivate init(_ form: Form?, _ failure: WebFailure?) {
        self.init(values: form?.fields ?? [:], problem: failure?.problem)
    }
}
