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
    let passwords: PasswordCheck
    let throttle: LoginThrottle
    let region: RegionID
    let now: WallClock

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.post("/api/auth/login", use: login)
        routes.post("/api/auth/logout", use: logout)
        routes.get("/api/auth/me", use: me)
        routes.put("/api/auth/password", use: changePassword)
        routes.post("/api/auth/impersonation", use: impersonate)
    }

    // MARK: - Private

    @Sendable
    private func login(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let credentials = try await request.json(LoginRequest.self, context: context)
        let answer = try await signIn.perform(credentials, in: context)
        return try .json(answer, fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now()))
    }

    @Sendable
    private func impersonate(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let wanted = try await request.json(RedeemTicketRequest.self, context: context)
        let answer = try await signIn.redeem(wanted.ticket, in: context)
        return try .json(answer, fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now()))
    }

    @Sendable
    private func logout(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await workspace.signOut(request, in: context)
        return Response(status: .noContent, headers: SessionCookie.clear())
    }

    @Sendable
    private func me(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (settings, person) = try await workspace.settings(for: request, in: context)
        let answer = MeAnswer(
            user: UserView(person.user, tenant: settings.id),
            tenant: TenantView(settings, region: region),
            impersonatedBy: person.impersonator
        )
        return try .object(answer, of: request)
    }

    @Sendable
    func changePassword(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let wanted = try await request.json(ChangePasswordRequest.self, context: context)
        let person = try await workspace.person(for: request, in: context)
        let known = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.users.get(person.user.id)
        }.answer
        // No connection is held while hashes are computed.
        // Whoever found an open session must not find out the password by trying.
        let attempt = context.loginAttempt(email: person.user.email.rawValue)
        let isRight = try await throttle.tryPassword(attempt) {
            try await passwords.verify(wanted.currentPassword, hash: known.passwordHash)
        }
        guard isRight else {
            let error = FieldError(field: "currentPassword", message: "is wrong")
            throw InvalidRequest(errors: [error])
        }
        let hash = try await passwords.hash(wanted.newPassword)
        try await workspace.write(for: request, in: context) { transaction, now in
            let user = try await transaction.users.lock(now.user.id)
            guard user.passwordHash == known.passwordHash else {
                throw WebFailure(.conflict("The password was changed elsewhere in the meantime."))
            }
            try await transaction.users.setPassword(of: user, hash: hash)
            try await transaction.sessions.deleteAll(of: user.id, except: now.session)
        }
        return Response(status: .noContent)
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
