import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

extension ConsoleController {
    @Sendable
    func shardList(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        try await ShardsPage(admin: admin, shards: shards.listing(PageRequest(limit: 100)).items).markup
    }

    @Sendable
    func drain(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let query = QueryReader(request, ignoringBlanks: true)
        let id = context.parameters.get("shard")
        let shards = try await shards.listing(PageRequest(limit: 100)).items
        guard let shard = shards.first(where: { $0.id.rawValue == id }) else {
            throw Problem.notFound("There is no such shard here.")
        }
        let parameters = ["shard": shard.id.rawValue, "limit": "100"]
        return try await DrainPage(
            admin: admin,
            shard: shard,
            tenants: tenants.listing(QueryReader(parameters: parameters)),
            shards: shards,
            region: query["region"]
        ).markup
    }
}
