import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import WebPages

/// The people of a workspace.
struct PeoplePages: Sendable {
    let desk: PageDesk
    let users: UserController

    private static let pageLength = 50

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/people") { try await list($0, $1) }
        routes.post("/people", use: create)
        routes.post("/people/:user", use: update)
        routes.post("/people/:user/delete", use: delete)
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
            let filter = UserFilter(role: query.choice("role", UserRole.self), search: query.search())
            let part = PageRequest(limit: PeoplePages.pageLength, offset: try query.page().offset)
            let (visit, found) = try await desk.read(request, context) { transaction in
                try await transaction.users.list(filter, ListWindow(part))
            }
            let page = PeoplePage(
                shell: visit.shell("People", at: .people),
                users: try found.items.map { user in
                    let view = UserView(user, tenant: visit.settings.id)
                    return (view, try PageVisit.tag(of: view))
                },
                search: filter.search,
                role: filter.role,
                pager: Pager(found, part, path: "/people", of: request),
                tenant: visit.tenant,
                form: FormState(form, failure)
            )
            return .html(page.markup, status: failure.status)
        }
    }

    @Sendable
    private func create(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .post, to: users.create) { _ in
            "/people"
        } redraw: { form, failure in
            try await list(request, context, form, failure)
        }
    }

    @Sendable
    private func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .put, to: users.update) { _ in "/people" }
    }

    @Sendable
    private func delete(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .delete, to: users.delete) { _ in "/people" }
    }
}
