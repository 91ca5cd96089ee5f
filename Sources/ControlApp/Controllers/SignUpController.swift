import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

/// Signing up, by script and by form, and the start page with that form.
struct SignUpController: Sendable {
    let gate: SchemaGate
    let directory: DirectoryStore
    let signUp: SignUp
    let throttle: NetworkThrottle
    let idempotency: Idempotency
    let origin: OriginCheck
    let baseDomain: String
    let bodyLimit: Int

    func add(to router: Router<WebContext>) {
        router.get("/", use: start)
        router.get("/api/regions", use: regions)
        router.post("/api/auth/register-tenant", use: register)
        router.post("/sign-up", use: submit)
    }

    // MARK: - Private

    @Sendable
    private func start(_ request: Request, _ context: WebContext) async throws -> Response {
        try await page()
    }

    @Sendable
    private func regions(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        let part = try QueryReader(request).page()
        let regions = try await directory.regions()
        let items = regions.dropFirst(part.offset).prefix(part.limit).map(RegionView.init)
        return try .page(Page(items: Array(items), total: regions.count, request: part), of: request)
    }

    @Sendable
    private func register(_ request: Request, _ context: WebContext) async throws -> Response {
        let (wanted, body) = try await request.jsonBody(RegisterTenantRequest.self, context: context)
        try gate.pass()
        return try await idempotency.answerCreation(of: request, body: body, by: nil, location: { $0.url }) {
            try await perform(wanted, context)
        }
    }

    @Sendable
    private func submit(_ request: Request, _ context: WebContext) async throws -> Response {
        try origin.check(request)
        let form = try await request.form(context: context)
        do {
            let answer = try await perform(form.decode(RegisterTenantRequest.self), context)
            return .html(SignedUpPage(answer: answer).markup, status: .created)
        } catch {
            let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: bodyLimit)
            guard [400, 409, 429, 503].contains(failure.problem.status) else { throw error }
            return try await page(FormState(values: form.fields, problem: failure.problem), failure)
        }
    }

    private func perform(
        _ request: RegisterTenantRequest,
        _ context: WebContext
    ) async throws -> RegisterTenantAnswer {
        try gate.pass()
        try throttle.pass(context.arrival.clientAddress)
        return try await signUp.perform(
            request,
            context: OperatorContext(clientAddress: context.arrival.clientAddress),
            requestID: context.arrival.requestID
        )
    }

    private func page(_ form: FormState = FormState(), _ failure: WebFailure? = nil) async throws -> Response {
        try gate.pass()
        let regions = try await directory.regions().map(RegionView.init)
        return .html(
            ApexPage(regions: regions, baseDomain: baseDomain, form: form).markup,
            status: failure.map { HTTPResponse.Status(code: $0.problem.status) } ?? .ok,
            fields: failure?.fields ?? [:]
        )
    }
}
