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
    let configuration: ControlConfiguration

    func add(to router: Router<WebContext>) {
        router.get("/api/tenants", use: list)
        router.post("/api/tenants", use: create)
        router.get("/api/tenants/:tenant", use: get)
        router.put("/api/tenants/:tenant", use: update)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        var query = QueryReader(request)
        let filter = TenantFilter(
            search: query.search(),
            region: query.value("region", RegionID.self, expected: "the id of a region"),
            shard: query.value("shard", ShardID.self, expected: "the id of a shard"),
            state: query.choice("state", TenantState.self)
        )
        let part = try query.page()
        let tenants = try await directory.tenants(filter, ListWindow(part))
        return try .page(Page(tenants, request: part, view: view), of: request)
    }

    @Sendable
    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let wanted = try await request.json(RegisterTenantRequest.self, context: context)
        let answer = try await signUp.perform(
            wanted,
            context: context.operatorContext(admin),
            requestID: context.arrival.requestID
        )
        return try .json(
            answer,
            status: .created,
            fields: [.location: "/api/tenants/\(answer.tenant.id)"]
        )
    }

    @Sendable
    private func get(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        return try .object(view(try await tenant(in: context)), of: request)
    }

    @Sendable
    private func update(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let change = try await request.json(UpdateTenantRequest.self, context: context)
        let unsupported: [(name: String, isGiven: Bool)] = [
            ("name", change.name != nil), ("maxUsers", change.maxUsers != nil),
            ("maxProjects", change.maxProjects != nil), ("subdomain", change.subdomain != nil),
        ]
        let errors = unsupported.filter(\.isGiven).map { FieldError(field: $0.name, message: "cannot be changed here") }
        guard errors.isEmpty else { throw InvalidRequest(errors: errors) }
        guard let state = change.state else {
            throw InvalidRequest(errors: [FieldError(field: "state", message: "is required: 'active' or 'suspended'")])
        }
        let tenant = try await directory.setState(
            of: tenant(in: context).id,
            to: state,
            context.operatorContext(admin)
        )
        return try .object(view(tenant), of: request)
    }

    private func admin(of request: Request) async throws -> SuperAdmin {
        try gate.pass()
        return try await operators.admin(of: request)
    }

    /// The tenant that the path names by its id or its subdomain.
    private func tenant(in context: WebContext) async throws -> DirectoryTenant {
        let text = context.parameters.get("tenant") ?? ""
        if let id = TenantID(text) { return try await directory.tenant(id) }
        if let subdomain = Subdomain(text) { return try await directory.tenant(subdomain) }
        throw Problem.notFound("There is no such tenant here.")
    }

    private func view(_ tenant: DirectoryTenant) -> DirectoryTenantView {
        DirectoryTenantView(tenant, url: configuration.url(of: tenant.subdomain))
    }
}

extension WebContext {
    /// The same request, on behalf of the super admin it came from.
    fileprivate func operatorContext(_ admin: SuperAdmin) -> OperatorContext {
        OperatorContext(actor: admin.id, clientAddress: arrival.clientAddress)
    }
}
