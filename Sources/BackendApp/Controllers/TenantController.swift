import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/api/tenants/{id}`: the tenant itself, to its own people.
struct TenantController: Sendable {
    let workspace: Workspace
    let region: RegionID

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/tenants/:tenant", use: get)
        routes.put("/api/tenants/:tenant", use: update)
    }

    // MARK: - Private

    @Sendable
    private func get(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (settings, _) = try await workspace.read(for: request, in: context) { transaction in
            try await transaction.tenant.settings()
        }
        try context.requireOwnTenant()
        return try .object(TenantView(settings, region: region), of: request)
    }

    @Sendable
    private func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let wanted = try await request.json(RenameTenantRequest.self, context: context)
        let settings = try await workspace.write(for: request, in: context) { transaction, person in
            try context.requireOwnTenant()
            try person.requireAdministrator()
            let settings = try await transaction.tenant.lock()
            try request.requireMatch(TenantView(settings, region: region))
            guard let name = wanted.name else { return settings }
            return try await transaction.tenant.update(settings, TenantChanges(name: name))
        }
        return try .object(TenantView(settings, region: region), of: request)
    }
}

extension TenantWebContext {
    /// - Throws: 404 when the path names another tenant than the host, whether there is one or not.
    fileprivate func requireOwnTenant() throws(Problem) {
        guard parameters.get("tenant").flatMap(TenantID.init) == routed.tenant else {
            throw .notFound("There is no such tenant here.")
        }
    }
}
