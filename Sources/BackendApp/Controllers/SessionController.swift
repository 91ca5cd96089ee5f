import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/auth/sessions`: where the person who asks is signed in.
struct SessionController: Sendable {
    let workspace: Workspace

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/auth/sessions", use: list)
        routes.delete("/api/auth/sessions", use: endOthers)
        routes.delete("/api/auth/sessions/:session", use: end)
    }

    /// Ends all of the person's sessions but this one.
    @Sendable
    func endOthers(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await workspace.write(for: request, in: context) { transaction, person in
            let ended = try await transaction.sessions.deleteAll(of: person.user.id, except: person.session)
            guard ended > 0 else { return }
            try await transaction.audit.append(
                AuditEntry(.logout, .user, person.user.id.uuid, changes: .created(["otherSessions": ended]))
            )
        }
        return Response(status: .noContent)
    }

    /// Ends one of the person's sessions: its token is worth nothing from the commit on.
    @Sendable
    func end(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        guard let session = context.parameters.get("session").flatMap(SessionID.init) else {
            throw Problem.notFound("There is no such session here.")
        }
        let isOwn = try await workspace.write(for: request, in: context) { transaction, person in
            try await transaction.sessions.end(session, of: person.user.id)
            return session == person.session
        }
        return Response(status: .noContent, headers: isOwn ? SessionCookie.clear() : [:])
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let part = try QueryReader(request).page()
        let (sessions, person) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.ownSessions(ListWindow(part))
        }
        return try .page(Page(sessions, request: part) { SessionView($0, for: person) }, of: request)
    }
}
