import Directory
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
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        try gate.pass()
        _ = try await operators.admin(of: request)
        let part = try QueryReader(request).page()
        let shards = try await directory.shards()
        let views = await probe.views(of: Array(shards.dropFirst(part.offset).prefix(part.limit)))
        return try .page(Page(items: views, total: shards.count, request: part), of: request)
    }
}
