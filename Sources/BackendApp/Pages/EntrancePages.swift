import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import WebPages

/// The ways in and out of a workspace: signing in and out, and acting as an administrator.
struct EntrancePages: Sendable {
    let desk: PageDesk
    let signIn: SignIn
    let origin: OriginCheck

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.post("/sign-in", use: signIn)
        routes.post("/sign-out", use: signOut)
        routes.get("/impersonate", use: impersonation)
        routes.post("/impersonate", use: impersonate)
    }

    // MARK: - Private

    @Sendable
    private func signIn(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try origin.check(request)
        let form = try await request.form(context: context)
        do {
            let answer = try await signIn.perform(form.decode(LoginRequest.self, without: ["next"]), in: context)
            return .seeOther(EntrancePages.target(form["next"]), fields: cookie(of: answer))
        } catch {
            return try await desk.signIn(request, context, form, correctable(error, context))
        }
    }

    @Sendable
    private func signOut(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        do {
            try await desk.workspace.signOut(request, in: context)
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
            return .seeOther("/", fields: cookie(of: answer))
        } catch {
            return try await impersonationPage("", context, form, correctable(error, context))
        }
    }

    private func impersonationPage(
        _ ticket: String,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        let settings = try await desk.settings(context)
        let page = ImpersonationPage(workspace: settings.name, ticket: ticket, form: FormState(form, failure))
        return .html(page.markup, status: failure.status)
    }

    private func cookie(of answer: LoginAnswer) -> HTTPFields {
        SessionCookie.set(token: answer.token, until: answer.expiresAt, now: desk.now())
    }

    /// The failure, when the person can do something about it in the form; others go to the middleware.
    private func correctable(_ error: any Error, _ context: TenantWebContext) throws -> WebFailure {
        let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: desk.bodyLimit)
        guard [400, 401, 403, 409, 429].contains(failure.problem.status) else { throw error }
        return failure
    }

    /// A page of this host, whatever the form says: never an address elsewhere.
    private static func target(_ wanted: String) -> String {
        let isPage =
            ReturnPath.isOfThisHost(wanted) && !wanted.hasPrefix("/api/") && !wanted.hasPrefix("/sign-")
        return isPage ? wanted : "/"
    }
}
