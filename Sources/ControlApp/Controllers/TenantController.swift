import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird

/// `/api/tenants` of the apex host: every tenant of the hub, for super admins.
struct TenantController: Sendable {
    let gate: SchemaGate
    let directory: DirectoryStore
    let operators: Operators
    let signUp: SignUp
    let administration: TenantAdministration
    let idempotency: Idempotency
    let configuration: ControlConfiguration

    func add(to router: Router<WebContext>) {
        router.get("/api/tenants", use: list)
        router.post("/api/tenants", use: create)
        router.get("/api/tenants/:tenant", use: get)
        router.put("/api/tenants/:tenant", use: update)
        router.delete("/api/tenants/:tenant", use: erase)
        router.post("/api/tenants/:tenant/impersonate", use: impersonate)
    }

    /// The part of the list that a query asks for.
    func listing(_ query: QueryReader) async throws -> Page<DirectoryTenantView> {
        var query = query
        let filter = TenantFilter(
            search: query.search(),
            region: query.value("region", RegionID.self, expected: "the id of a region"),
            shard: query.value("shard", ShardID.self, expected: "the id of a shard"),
            state: query.choice("state", TenantState.self)
        )
        let part = try query.page()
        return try await Page(directory.tenants(filter, ListWindow(part)), request: part, view: view)
    }

    /// The tenant that an id or a subdomain names, with what its shard knows of it.
    func tenant(_ reference: String, requestID: String) async throws -> DirectoryTenantView {
        try await detail(directory.tenant(reference: reference), requestID: requestID)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        return try await .page(listing(QueryReader(request)), of: request)
    }

    @Sendable
    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let (wanted, body) = try await request.jsonBody(CreateTenantRequest.self, context: context)
        return try await idempotency.answerCreation(of: request, body: body, by: admin) { answer in
            "/api/tenants/\(answer.tenant.id)"
        } _: {
            try await signUp.perform(
                wanted.registration,
                on: wanted.shard,
                isCanary: true,
                context: context.operatorContext(admin),
                requestID: context.arrival.requestID
            )
        }
    }

    @Sendable
    private func get(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        return try await .object(detail(tenant(in: context), context), of: request)
    }

    @Sendable
    private func update(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let wanted = try await request.json(UpdateTenantRequest.self, context: context)
        let before = try await tenant(in: context)
        if request.headers[.ifMatch] != nil { try await request.requireMatch(detail(before, context)) }
        let (tenant, settings) = try await administration.change(
            before.id,
            WantedTenantChange(
                subdomain: wanted.subdomain,
                name: wanted.name,
                maxUsers: wanted.maxUsers,
                maxProjects: wanted.maxProjects,
                state: wanted.state
            ),
            context.operatorContext(admin),
            requestID: context.arrival.requestID
        )
        var view = view(tenant)
        view.settings =
            if let settings { settings } else {
                await administration.settings(of: tenant, requestID: context.arrival.requestID)
            }
        return try .object(view, of: request)
    }

    @Sendable
    private func erase(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        var query = QueryReader(request)
        let confirmed = query.value("confirm", Subdomain.self, expected: "the subdomain of the tenant")
        _ = try query.page()
        let tenant = try await tenant(in: context)
        guard confirmed == tenant.subdomain else {
            throw InvalidRequest(errors: [
                FieldError(
                    field: "confirm",
                    message: "must be '\(tenant.subdomain)': everything of this workspace will be gone for good"
                )
            ])
        }
        return try await .json(
            administration.erase(tenant, context.operatorContext(admin), requestID: context.arrival.requestID)
        )
    }

    @Sendable
    private func impersonate(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let wanted = try await request.json(ImpersonateRequest.self, context: context)
        let tenant = try await tenant(in: context)
        // A link is a secret: it is kept nowhere, and asking again makes another.
        let ticket = try await administration.impersonate(
            tenant,
            wanted,
            by: admin,
            context.operatorContext(admin),
            requestID: context.arrival.requestID
        )
        let answer = ImpersonateAnswer(
            url: "\(configuration.url(of: tenant.subdomain))/impersonate?ticket=\(ticket.ticket)",
            expiresAt: ticket.expiresAt,
            user: ticket.user
        )
        return try .json(answer, status: .created)
    }

    private func admin(of request: Request) async throws -> SuperAdmin {
        try gate.pass()
        return try await operators.admin(of: request)
    }

    /// The tenant that the path names by its id or its subdomain.
    private func tenant(in context: WebContext) async throws -> DirectoryTenant {
        try await directory.tenant(reference: context.parameters.get("tenant") ?? "")
    }

    private func view(_ tenant: DirectoryTenant) -> DirectoryTenantView {
        DirectoryTenantView(tenant, url: configuration.url(of: tenant.subdomain))
    }

    private func detail(_ tenant: DirectoryTenant, _ context: WebContext) async -> DirectoryTenantView {
        await detail(tenant, requestID: context.arrival.requestID)
    }

    /// The tenant with what its shard knows of it.
    private func detail(_ tenant: DirectoryTenant, requestID: String) async -> DirectoryTenantView {
        var view = view(tenant)
        if let settings = await administration.settings(of: tenant, requestID: requestID) { view.settings = settings }
        return view
    }
}
