import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// `/internal/tenants`: what hub-control alone may ask for; each request may be repeated.
struct ProvisioningController: Sendable {
    let gate: SchemaGate
    let store: ShardStore

    func add(to routes: some RouterMethods<ControlWebContext>) {
        routes.post("/internal/tenants", use: create)
        routes.delete("/internal/tenants/:tenant", use: erase)
    }

    // MARK: - Private

    @Sendable
    private func create(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        let wanted = try await request.json(InternalTenantCreation.self, context: context)
        guard wanted.tenantId == context.routed.tenant, wanted.epoch == context.routed.epoch else {
            throw WebFailure.notControl
        }
        try gate.pass()
        let wasCreated = try await store.createTenant(
            NewTenant(
                subdomain: wanted.subdomain,
                name: wanted.name,
                maxUsers: wanted.maxUsers,
                maxProjects: wanted.maxProjects,
                admin: NewUser(
                    id: wanted.admin.id,
                    email: wanted.admin.email,
                    fullName: wanted.admin.fullName,
                    passwordHash: wanted.admin.passwordHash,
                    role: .tenantAdmin
                )
            ),
            context.tenantContext(clientAddress: wanted.clientAddress)
        )
        return try .json(
            InternalTenantCreated(tenantId: wanted.tenantId, created: wasCreated),
            status: wasCreated ? .created : .ok
        )
    }

    @Sendable
    private func erase(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        guard context.parameters.get("tenant").flatMap(TenantID.init) == context.routed.tenant else {
            throw WebFailure.notControl
        }
        try gate.pass()
        let erasure = try await store.eraseTenant(context.tenantContext(clientAddress: nil))
        let removed = Dictionary(erasure.removed.map { ($0.table, $0.rows) }) { first, _ in first }
        return try .json(InternalTenantErased(tenantId: context.routed.tenant, removed: removed))
    }
}

extension ControlWebContext {
    /// What the store has to know of the request; control acts for nobody in the tenant.
    fileprivate func tenantContext(clientAddress: String?) -> TenantContext {
        TenantContext(
            tenant: routed.tenant,
            epoch: routed.epoch,
            actor: nil,
            clientAddress: clientAddress,
            requestID: arrival.requestID
        )
    }
}
