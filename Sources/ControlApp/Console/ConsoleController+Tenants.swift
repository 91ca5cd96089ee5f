import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

extension ConsoleController {
    @Sendable
    func tenantList(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let query = query(of: request)
        return try await TenantsPage(
            admin: admin,
            tenants: tenants.listing(query),
            filter: TenantsFilter(
                search: query["search"],
                region: query["region"],
                shard: query["shard"],
                state: query["state"]
            ),
            regions: directory.regions().map(RegionView.init),
            shards: directory.shards().map(\.id)
        ).markup
    }

    @Sendable
    func tenant(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let reference = context.parameters.get("tenant") ?? ""
        let tenant = try await tenants.tenant(reference, requestID: context.arrival.requestID)
        let id = tenant.id.description
        async let places = moves.places(of: tenant.id, servedBy: tenant.shard)
        let moves = try await moves.listing(QueryReader(parameters: ["tenant": id]))
        let trail = try await trail.listing(QueryReader(parameters: ["tenantId": id, "limit": "8"]))
        return try await TenantPage(
            admin: admin,
            tenant: tenant,
            places: places,
            moves: moves.items,
            trail: trail.items
        ).markup
    }
}
