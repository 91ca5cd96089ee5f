import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

extension ConsoleController {
    @Sendable
    func moveList(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let query = query(of: request)
        return try await MovesPage(
            admin: admin,
            moves: moves.listing(query),
            isUnderWayOnly: query["over"] == "false"
        ).markup
    }

    @Sendable
    func move(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let move = try await moves.move(context.parameters.get("move") ?? "")
        let certificate = move.state == "completed" ? try await moves.certificate(of: move.id) : nil
        return try await MovePage(
            admin: admin,
            move: move,
            events: moves.events(of: move.id),
            certificate: certificate
        ).markup
    }

    @Sendable
    func plan(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let query = QueryReader(request, ignoringBlanks: true)
        let (tenant, target) = (query["tenant"], query["target"])
        var plan: MovePlanView?
        var problem: String?
        if let tenant, let target {
            do {
                guard let shard = ShardID(target) else { throw Problem.notFound("There is no shard \(target) here.") }
                plan = try await moves.plan(of: tenant, to: shard)
            } catch {
                let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: context.bodyLimit)
                guard failure.problem.status == 404 else { throw error }
                problem = failure.problem.detail
            }
        }
        return try await MovePlanPage(
            admin: admin,
            tenant: tenant,
            target: target,
            shards: shards.listing(PageRequest(limit: 100)).items,
            plan: plan,
            problem: problem
        ).markup
    }
}
