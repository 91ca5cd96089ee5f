import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

/// `/console/sign-in` and `/console/sign-out`: the session of the console, by plain forms.
struct ConsoleSession: Sendable {
    static let path = "/console/sign-in"
    private static let home = "/console"

    let gate: SchemaGate
    let operators: Operators
    let origin: OriginCheck
    let now: WallClock

    func add(to router: Router<WebContext>) {
        router.get("/console/sign-in", use: page)
        router.post("/console/sign-in", use: signIn)
        router.post("/console/sign-out", use: signOut)
    }

    /// The sign-in page that leads back to what was asked for.
    static func signInPath(for request: Request) -> String {
        let query = request.uri.query.map { "?\($0)" } ?? ""
        let wanted = "\(request.uri.path)\(query)"
        return wanted == home ? path : "\(path)?\(ConsoleQuery([("next", wanted)]).text)"
    }

    // MARK: - Private

    @Sendable
    private func page(_ request: Request, _ context: WebContext) async throws -> Response {
        let next = ConsoleSession.destination(QueryReader(request)["next"])
        try gate.pass()
        if (try? await operators.admin(of: request)) != nil { return .seeOther(next) }
        return .html(ConsoleSignInPage(next: next).markup)
    }

    @Sendable
    private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
        try origin.check(request)
        let form = try await request.form(context: context)
        let next = ConsoleSession.destination(form["next"])
        do {
            try gate.pass()
            let answer = try await operators.signIn(
                form.decode(LoginRequest.self, without: ["next"]),
                from: context.arrival.clientAddress
            )
            return .seeOther(
                next,
                fields: SessionCookie.set(token: answer.token, until: answer.expiresAt, now: now())
            )
        } catch {
            let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: context.bodyLimit)
            guard [400, 401, 429, 503].contains(failure.problem.status) else { throw error }
            return .html(
                ConsoleSignInPage(next: next, form: FormState(values: form.fields, problem: failure.problem)).markup,
                status: HTTPResponse.Status(code: failure.problem.status),
                fields: failure.fields
            )
        }
    }

    @Sendable
    private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        try origin.check(request)
        try gate.pass()
        do {
            try await operators.signOut(request, context)
        } catch let failure as WebFailure where failure.problem.status == 401 {
            // It is over already.
        }
        return .seeOther(ConsoleSession.path, fields: SessionCookie.clear())
    }

    /// A page of the console, whatever a link says.
    private static func destination(_ next: String?) -> String {
        guard let next, next == home || next.hasPrefix("\(home)/") || next.hasPrefix("\(home)?"), next != path,
            ReturnPath.isOfThisHost(next)
        else { return home }
        return next
    }
}
