import HTTPTypes
import HubWeb
import HubWire
import Hummingbird
import Observability

/// `/api/auth` of the apex host: super admins signing in and out.
struct AuthController: Sendable {
    let gate: SchemaGate
    let operators: Operators
    let now: WallClock

    func add(to router: Router<WebContext>) {
        router.post("/api/auth/login", use: login)
        router.post("/api/auth/logout", use: logout)
        router.get("/api/auth/me", use: me)
    }

    // MARK: - Private

    @Sendable
    private func login(_ request: Request, _ context: WebContext) async throws -> Response {
        let credentials = try await request.json(LoginRequest.self, context: context)
        try gate.pass()
        let answer = try await operators.signIn(credentials, from: context.arrival.clientAddress)
        return try .json(answer, fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now()))
    }

    @Sendable
    private func logout(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        try await operators.signOut(request, context)
        return Response(status: .noContent, headers: SessionCookie.clear())
    }

    @Sendable
    private func me(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        let admin = try await operators.admin(of: request)
        return try .object(MeAnswer(user: UserView(admin), tenant: nil), of: request)
    }
}
