import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

/// `/console`: the pages of the operators' console, which show what the API answers and ask it for everything else.
///
/// Somebody who is not signed in is led to the sign-in page and back.
struct ConsoleController: Sendable {
    /// How many items a list of the console shows at once.
    static let pageLimit = 25

    let gate: SchemaGate
    let directory: DirectoryStore
    let operators: Operators
    let tenants: TenantController
    let shards: ShardController
    let moves: MoveController
    let cache: CacheController
    let reports: ReportController
    let trail: AuditController

    func add(to router: Router<WebContext>) {
        let pages: [(RouterPath, Page)] = [
            ("/console", overview), ("/console/tenants", tenantList), ("/console/tenants/:tenant", tenant),
            ("/console/shards", shardList), ("/console/shards/:shard/drain", drain), ("/console/moves", moveList),
            ("/console/moves/plan", plan), ("/console/moves/:move", move), ("/console/cache", cacheList),
            ("/console/reports", reportList), ("/console/audit", trailList),
        ]
        for (path, page) in pages {
            router.get(path) { request, context in try await self.answer(request, context, page) }
        }
    }

    /// Draws a page for a super admin.
    typealias Page = @Sendable (Request, WebContext, UserView) async throws -> String

    // MARK: - Private

    private func answer(_ request: Request, _ context: WebContext, _ page: Page) async throws -> Response {
        try gate.pass()
        let admin: SuperAdmin
        do {
            admin = try await operators.admin(of: request)
        } catch let failure as WebFailure where failure.problem.status == 401 {
            return .seeOther(ConsoleSession.signInPath(for: request))
        }
        return .html(try await page(request, context, UserView(admin)))
    }

    @Sendable
    private func overview(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let requestID = context.arrival.requestID
        async let shards = shards.listing(PageRequest(limit: 100))
        async let caches = cache.listing(
            QueryReader(parameters: ["limit": "100", "tenants": "0"]),
            requestID: requestID
        )
        let tenants = try await tenants.listing(QueryReader(parameters: ["limit": "1"]))
        let moves = try await moves.listing(QueryReader(parameters: ["over": "false"]))
        let trail = try await trail.listing(QueryReader(parameters: ["limit": "8"]))
        return try await OverviewPage(
            admin: admin,
            tenants: tenants.total,
            shards: shards.items,
            moves: moves,
            caches: caches.items,
            trail: trail.items
        ).markup
    }

    @Sendable
    private func cacheList(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let query = QueryReader(parameters: ["limit": "100", "tenants": "5"])
        return try await CachePage(
            admin: admin,
            caches: cache.listing(query, requestID: context.arrival.requestID).items
        ).markup
    }

    @Sendable
    private func trailList(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        var query = self.query(of: request)
        let filter = TrailFilter(
            action: query["action"],
            entity: query["entityType"],
            tenant: query["tenantId"],
            from: query["from"],
            to: query["to"]
        )
        let days = query.days()
        query["from"] = days.from.map { "\($0)" }
        query["to"] = days.until.map { "\($0)" }
        return try await TrailPage(
            admin: admin,
            trail: trail.listing(query),
            filter: filter,
            entities: DirectoryEntity.allCases.map(\.rawValue)
        ).markup
    }

    /// The query of a list's page.
    func query(of request: Request) -> QueryReader {
        var query = QueryReader(request, ignoringBlanks: true)
        if query["limit"] == nil { query["limit"] = String(ConsoleController.pageLimit) }
        return query
    }
}
