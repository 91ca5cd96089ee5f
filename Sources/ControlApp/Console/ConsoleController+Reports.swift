import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird
import WebPages

extension ConsoleController {
    @Sendable
    func reportList(_ request: Request, _ context: WebContext, _ admin: UserView) async throws -> String {
        let query = QueryReader(request, ignoringBlanks: true)
        let report = try await reports.report(.all, query)
        return try await ReportsPage(
            admin: admin,
            report: report,
            filter: ReportsFilter(region: query["region"], shard: query["shard"], days: report.days),
            regions: directory.regions().map(RegionView.init),
            shards: directory.shards().map(\.id)
        ).markup
    }
}
