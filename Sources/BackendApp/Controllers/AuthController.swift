import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Observability
import ShardStore

/// `/api/auth`: signing in and out, and who is signed in.
struct AuthController: Sendable {
    let workspace: Workspace
    let signIn: SignIn
    let region: RegionID
    let now: WallClock

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.post("/api/auth/login", use: login)
        routes.post("/api/auth/logout", use: logout)
        routes.get("/api/auth/me", use: me)
    }

    // MARK: - Private

    @Sendable
    private func login(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let credentials = try await request.json(LoginRequest.self, context: context)
        let answer = try await signIn.perform(credentials, in: context)
        return try .json(answer, fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now()))
    }

    @Sendable
    private func logout(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await workspace.signOut(request, in: context)
        return Response(status: .noContent, headers: SessionCookie.clear())
    }

    @Sendable
    private func me(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (settings, person) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.tenant.settings()
        }
        let answer = MeAnswer(
            user: UserView(person.user, tenant: settings.id),
            tenant: TenantView(settings, region: region)
        )
        return try .object(answer, of: request)
    }
}

extension Workspace {
    /// Ends the session of the request: its token is worth nothing from the commit on.
    func signOut(_ request: Request, in context: TenantWebContext) async throws {
        try await write(for: request, in: context) { transaction, person in
            _ = try await transaction.sessions.delete(person.session)
            try await transaction.audit.append(AuditEntry(.logout, .user, person.user.id.uuid))
        }
    }
}
