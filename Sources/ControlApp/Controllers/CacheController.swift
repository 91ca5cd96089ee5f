import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird

/// `/api/cache`: how the shards' caches are doing, warming them, and switching them off and on, for super admins.
struct CacheController: Sendable {
    /// How many tenants of a shard are told of when the query does not say.
    static let defaultTenants = 10

    let gate: SchemaGate
    let directory: DirectoryStore
    let operators: Operators
    let cache: CacheAdministration

    func add(to router: Router<WebContext>) {
        router.get("/api/cache", use: list)
        router.post("/api/cache/warm", use: warm)
        router.put("/api/cache/:shard", use: turn)
    }

    /// The part of the list that a query asks for.
    func listing(_ query: QueryReader, requestID: String) async throws -> Page<ShardCacheView> {
        var query = query
        let wanted = query.value("shard", ShardID.self, expected: "the id of a shard")
        let tenants = query.whole("tenants", in: InternalCacheStatus.allowedTenants) ?? CacheController.defaultTenants
        let part = try query.page()
        let shards = try await directory.shards().filter { wanted == nil || $0.id == wanted }
        if wanted != nil, shards.isEmpty { throw Problem.notFound("There is no such shard here.") }
        let views = try await cache.views(
            of: Array(shards.dropFirst(part.offset).prefix(part.limit)),
            tenants: tenants,
            requestID: requestID
        )
        return Page(items: views, total: shards.count, request: part)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        _ = try await operators.admin(of: request)
        return try await .page(listing(QueryReader(request), requestID: context.arrival.requestID), of: request)
    }

    @Sendable
    private func warm(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        let admin = try await operators.admin(of: request)
        let wanted = try await request.json(WarmCacheRequest.self, context: context)
        return try await .json(
            cache.warm(wanted, context.operatorContext(admin), requestID: context.arrival.requestID)
        )
    }

    @Sendable
    private func turn(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        let admin = try await operators.admin(of: request)
        let wanted = try await request.json(SwitchCacheRequest.self, context: context)
        guard let shard = context.parameters.get("shard").flatMap(ShardID.init) else {
            throw Problem.notFound("There is no such shard here.")
        }
        try await cache.turn(shard, wanted, context.operatorContext(admin))
        return Response(status: .noContent)
    }
}
