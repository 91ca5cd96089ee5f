import Caching
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import NIOCore
import ShardStore
import TenantCache
import Topology
import WebPages

/// What the pages of a workspace share: who visits, the frame around the content, and how a form becomes a request of
/// the API.
struct PageDesk: Sendable {
    let gate: SchemaGate
    let store: ShardStore
    let workspace: Workspace
    let region: RegionDescription
    let bodyLimit: Int
    let now: WallClock

    typealias Handler = @Sendable (Request, TenantWebContext) async throws -> Response

    /// Answers with the page that is drawn for the person who is signed in; anybody else gets the form to sign in, which
    /// leads back here.
    ///
    /// - Parameter draw: reads once, so that who visits is judged once.
    func visit(
        _ request: Request,
        _ context: TenantWebContext,
        _ draw: () async throws -> Response
    ) async throws -> Response {
        guard Credential(of: request) != nil else { return try await signIn(request, context) }
        do {
            return try await draw()
        } catch let failure as WebFailure where failure.problem.status == 401 {
            // The session has ended.
            return try await signIn(request, context)
        }
    }

    /// Who visits, and what the page shows besides the workspace's settings.
    func read<Answer: Sendable>(
        _ request: Request,
        _ context: TenantWebContext,
        _ body: @Sendable (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> (visit: PageVisit, answer: Answer) {
        let (settings, answer, person) = try await workspace.read(
            [.settings, .usage],
            for: request,
            in: context,
            cached: \.settingsWithUsage,
            known: { try await $0.tenant.settings() },
            besides: body
        )
        return (visit(request, context, person, settings), answer)
    }

    func visit(
        _ request: Request,
        _ context: TenantWebContext,
        _ person: Person,
        _ settings: TenantSettings
    ) -> PageVisit {
        PageVisit(request: request, context: context, person: person, settings: settings, region: region)
    }

    /// Does what a form asks through the API's own handler, then leads the browser on.
    ///
    /// - Parameters:
    ///   - blanks: fields that are emptied when they are left blank.
    ///   - method: of the API's operation.
    ///   - redraw: the page with what was typed, when a person can mend what was wrong; nil to show the problem alone.
    func submit(
        _ request: Request,
        _ context: TenantWebContext,
        _ method: HTTPRequest.Method,
        blanks: Set<String> = [],
        to handler: Handler,
        then next: (Response) async throws -> String,
        redraw: ((Form, WebFailure) async throws -> Response)? = nil
    ) async throws -> Response {
        let form = try await request.form(context: context)
        do {
            let answer = try await handler(PageDesk.call(request, method, form, blanks), context)
            return .seeOther(try await next(answer))
        } catch {
            let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: bodyLimit)
            if failure.problem.status == 401 { return .seeOther("/") }
            guard let redraw, [400, 403, 409, 429].contains(failure.problem.status) else { throw error }
            return try await redraw(form, failure)
        }
    }

    /// The form to sign in.
    func signIn(
        _ request: Request,
        _ context: TenantWebContext,
        _ form: Form? = nil,
        _ failure: WebFailure? = nil
    ) async throws -> Response {
        let settings = try await settings(context)
        let query = request.uri.query.map { "?\($0)" } ?? ""
        let page = SignInPage(
            workspace: settings.name,
            region: region.name,
            next: form.map { $0["next"] } ?? "\(request.uri.path)\(query)",
            form: FormState(form, failure)
        )
        return .html(page.markup, status: failure.status, fields: failure?.fields ?? [:])
    }

    /// The workspace as its pages name it to people who are not signed in.
    func settings(_ context: TenantWebContext) async throws -> TenantSettings {
        try gate.pass()
        return try await store.withRead(context.tenantContext(actor: nil)) { transaction in
            try await transaction.tenant.settings()
        }
    }

    // MARK: - Private

    /// The request a script would have sent instead of the form. A day becomes its end in UTC.
    private static func call(
        _ request: Request,
        _ method: HTTPRequest.Method,
        _ form: Form,
        _ blanks: Set<String>
    ) throws -> Request {
        var members: [String: JSONValue] = [:]
        for blank in blanks { members[blank] = .null }
        for (name, value) in form.fields {
            members[name] = .string(name == "dueDate" && value.utf8.count == 10 ? "\(value)T23:59:59Z" : value)
        }
        var head = request.head
        head.method = method
        head.headerFields[.contentType] = "application/json"
        head.headerFields[.contentLength] = nil
        let body = ByteBuffer(bytes: try WireJSON.encode(members))
        return Request(head: head, body: RequestBody(buffer: body))
    }
}

extension FormState {
    init(_ form: Form?, _ failure: WebFailure?) {
        self.init(values: form?.fields ?? [:], problem: failure?.problem)
    }
}

extension WebFailure? {
    var status: HTTPResponse.Status { map { HTTPResponse.Status(code: $0.problem.status) } ?? .ok }
}
