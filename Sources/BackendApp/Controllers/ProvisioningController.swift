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
    let now: WallClock

    func add(to routes: some RouterMethods<ControlWebContext>) {
        routes.post("/internal/tenants", use: create)
        routes.get("/internal/tenants/:tenant", use: settings)
        routes.put("/internal/tenants/:tenant", use: change)
        routes.delete("/internal/tenants/:tenant", use: erase)
        routes.post("/internal/tenants/:tenant/impersonations", use: impersonate)
        routes.post("/internal/tenants/:tenant/freeze", use: freeze)
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
        try context.requireSignedTenant()
        var query = QueryReader(request)
        let id = query.value("erasure", ErasureID.self, expected: "the id of the erasure")
        _ = try query.page()
        try gate.pass()
        let erasure = try await store.eraseTenant(context.tenantContext(clientAddress: nil), id: id ?? .make(at: now()))
        return try .json(
            InternalTenantErased(
                tenantId: context.routed.tenant,
                removed: erasure.removed,
                erasedAt: erasure.erasedAt
            )
        )
    }

    @Sendable
    private func settings(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        try context.requireSignedTenant()
        try gate.pass()
        let settings = try await store.readOnce(context.tenantContext(clientAddress: nil)) {
            transaction throws(ShardError) in try await transaction.tenant.settings()
        }
        return try .json(InternalTenantSettings(settings))
    }

    @Sendable
    private func change(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        let wanted = try await request.json(InternalTenantChange.self, context: context)
        try context.requireSignedTenant()
        try gate.pass()
        let changes = TenantChanges(
            subdomain: wanted.subdomain,
            name: wanted.name,
            maxUsers: wanted.maxUsers,
            maxProjects: wanted.maxProjects
        )
        let tenant = context.tenantContext(clientAddress: wanted.clientAddress)
        let settings = try await store.withWrite(tenant) { transaction in
            try await transaction.tenant.update(transaction.tenant.lock(), changes, by: wanted.operator)
        }
        return try .json(InternalTenantSettings(settings))
    }

    @Sendable
    private func freeze(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        let wanted = try await request.json(InternalFreeze.self, context: context)
        try context.requireSignedTenant()
        try gate.pass()
        try await store.freezeTenant(
            context.tenantContext(clientAddress: nil),
            for: wanted.moveId,
            attempt: wanted.attempt,
            patience: .milliseconds(max(1, wanted.patienceMilliseconds))
        )
        return try .json(InternalFrozen(tenantId: context.routed.tenant))
    }

    @Sendable
    private func impersonate(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        let wanted = try await request.json(InternalImpersonation.self, context: context)
        try context.requireSignedTenant()
        try gate.pass()
        let ticket = ImpersonationTicket(at: now())
        let tenant = context.tenantContext(clientAddress: wanted.clientAddress)
        let (user, expiresAt) = try await store.withWrite(tenant) { transaction in
            try await transaction.impersonations.create(
                ticket.id,
                by: wanted.operator,
                as: wanted.userId,
                reason: wanted.reason,
                secretHash: ticket.secretHash,
                lifetime: ImpersonationTicket.lifetime
            )
        }
        return try .json(
            InternalImpersonationTicket(
                ticket: ticket.text,
                expiresAt: expiresAt,
                user: UserView(user, tenant: context.routed.tenant)
            ),
            status: .created
        )
    }
}

extension InternalTenantSettings {
    fileprivate init(_ settings: TenantSettings) {
        self.init(
            subdomain: settings.subdomain,
            name: settings.name,
            maxUsers: settings.maxUsers,
            maxProjects: settings.maxProjects,
            usage: HubWire.TenantUsage(of: settings)
        )
    }
}
