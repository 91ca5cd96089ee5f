import HubWeb
import HubWire
import Hummingbird
import Redis
import TenantCache

/// The cache, to hub-control alone: warming one tenant, and how the shard's cache is doing.
struct CacheController: Sendable {
    let gate: SchemaGate
    let cache: TenantCache

    func add(to routes: some RouterMethods<ControlWebContext>) {
        routes.post("/internal/tenants/:tenant/cache/warm", use: warm)
        routes.delete("/internal/tenants/:tenant/cache", use: remove)
    }

    func add(to routes: some RouterMethods<InspectionWebContext>) {
        routes.get("/internal/cache", use: status)
    }

    // MARK: - Private

    @Sendable
    private func warm(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        try context.requireSignedTenant()
        try gate.pass()
        return try .json(InternalCacheWarming(await cache.warm(context.tenantContext(clientAddress: nil))))
    }

    @Sendable
    private func remove(_ request: Request, _ context: ControlWebContext) async throws -> Response {
        try context.requireSignedTenant()
        let (removed, left): (Int, Int)
        do throws(RedisError) {
            removed = try await cache.remove(context.routed.tenant, before: context.routed.epoch)
            left = try await cache.remove(context.routed.tenant, before: context.routed.epoch)
        } catch {
            throw WebFailure.unavailable("The region's Redis does not answer.", cause: error)
        }
        return try .json(InternalCacheRemoval(removed: removed, left: left))
    }

    @Sendable
    private func status(_ request: Request, _ context: InspectionWebContext) async throws -> Response {
        var query = QueryReader(request)
        let limit = query.whole("tenants", in: InternalCacheStatus.allowedTenants)
        _ = try query.page()
        return try .json(InternalCacheStatus(await cache.status(tenants: limit ?? 0)))
    }
}
