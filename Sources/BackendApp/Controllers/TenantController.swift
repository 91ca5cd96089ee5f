import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Logging
import Observability
import ShardStore

/// `/api/tenants/{id}`: the tenant itself, to its own people.
struct TenantController: Sendable {
    let workspace: Workspace
    let region: RegionID
    /// Where operators look for tenants by name.
    let directory: DirectoryStore

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/tenants/:tenant", use: get)
        routes.put("/api/tenants/:tenant", use: update)
    }

    // MARK: - Private

    @Sendable
    private func get(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let (settings, _) = try await workspace.settings(for: request, in: context)
        try context.requireOwnTenant()
        return try .object(TenantView(settings, region: region), of: request)
    }

    @Sendable
    func update(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        let wanted = try await request.json(RenameTenantRequest.self, context: context)
        let settings = try await workspace.write(for: request, in: context) { transaction, person in
            try context.requireOwnTenant()
            try person.requireAdministrator()
            let settings = try await transaction.tenant.lock()
            try request.requireMatch(TenantView(settings, region: region))
            guard let name = wanted.name else { return settings }
            return try await transaction.tenant.update(settings, TenantChanges(name: name))
        }
        if wanted.name != nil { await note(settings, context) }
        return try .object(TenantView(settings, region: region), of: request)
    }

    /// The rename is done. Without the directory operators find the tenant by its old name until they look at it.
    private func note(_ settings: TenantSettings, _ context: TenantWebContext) async {
        do {
            try await directory.noteName(of: settings.id, settings.name)
        } catch {
            context.logger.notice(
                "the directory was not told of a tenant's new name",
                metadata: .fields([.error: "\(error)"])
            )
        }
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
