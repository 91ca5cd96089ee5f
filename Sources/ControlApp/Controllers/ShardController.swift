import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird

/// `/api/shards`: the hub's shards and how they are, for super admins.
struct ShardController: Sendable {
    let gate: SchemaGate
    let directory: DirectoryStore
    let operators: Operators
    let probe: ShardProbe

    func add(to router: Router<WebContext>) {
        router.get("/api/shards", use: list)
        router.put("/api/shards/:shard", use: update)
    }

    /// A part of the list.
    func listing(_ part: PageRequest) async throws -> Page<ShardView> {
        let shards = try await directory.shards()
        let views = await probe.views(of: Array(shards.dropFirst(part.offset).prefix(part.limit)))
        return Page(items: views, total: shards.count, request: part)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        _ = try await operators.admin(of: request)
        return try await .page(listing(QueryReader(request).page()), of: request)
    }

    @Sendable
    private func update(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        let admin = try await operators.admin(of: request)
        let wanted = try await request.json(UpdateShardRequest.self, context: context)
        guard let id = context.parameters.get("shard").flatMap(ShardID.init) else {
            throw Problem.notFound("There is no such shard here.")
        }
        try await directory.setState(of: id, to: wanted.state, context.operatorContext(admin))
        guard let shard = try await directory.shards().first(where: { $0.id == id }),
            let view = await probe.views(of: [shard]).first
        else { throw Problem.notFound("There is no such shard here.") }
        return try .object(view, of: request)
    }
}
