import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import Topology
import WebPages

/// The settings of a workspace and of one's own account.
struct SettingsPages: Sendable {
    let desk: PageDesk
    let tenants: TenantController
    let users: UserController
    let auth: AuthController
    let sessions: SessionController

    /// As many sessions as are shown.
    private static let mostSessions = 50

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/settings") { try await show($0, $1) }
        routes.post("/settings/workspace/:tenant", use: rename)
        routes.post("/settings/account/:user", use: updateAccount)
        routes.post("/settings/password", use: changePassword)
        routes.post("/settings/sessions/end-others", use: endOtherSessions)
        routes.post("/settings/sessions/:session/end", use: endSession)
    }

    // MARK: - Private

    private func show(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        try await desk.visit(request, context) {
            let (visit, found) = try await desk.read(request, context) { transaction in
                try await transaction.ownSessions(ListWindow(limit: SettingsPages.mostSessions))
            }
            let page = SettingsPage(
                shell: visit.shell("Settings", at: .settings),
                tenant: visit.tenant,
                tag: try PageVisit.tag(of: visit.tenant),
                user: visit.user,
                region: desk.region.name,
                sessions: (found.items.map { SessionView($0, for: visit.person) }, found.total),
                isPasswordChanged: PageVisit.query(of: request).text("password") == "changed",
                form: FormState(form, failure)
            )
            return .html(page.markup, status: failure.status)
        }
    }

    @Sendable
    private func rename(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .put, to: tenants.update) { _ in "/settings" }
    }

    @Sendable
    private func updateAccount(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .put, to: users.update) { _ in "/settings" }
    }

    @Sendable
    private func changePassword(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .put, to: auth.changePassword) { _ in
            "/settings?password=changed"
        } redraw: { form, failure in
            try await show(request, context, form, failure)
        }
    }

    @Sendable
    private func endOtherSessions(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .delete, to: sessions.endOthers) { _ in "/settings" }
    }

    @Sendable
    private func endSession(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.submit(request, context, .delete, to: sessions.end) { _ in "/settings" }
    }
}
