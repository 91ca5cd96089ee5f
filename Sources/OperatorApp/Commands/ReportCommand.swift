import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// `hubctl report`: sums over all tenants of all shards.
struct ReportCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Report across shards: usage, growth, inactive tenants, limits nearly reached, storage.",
        discussion: """
            REPORTS
              usage     tenants, users, projects, tasks by status and overdue, by region and shard
              growth    what was made in the window and is still there, by day, or by month beyond \
            \(ReportUnit.longestByDay) days
              inactive  tenants without an audit entry, a sign-in or a used session in the window, and older than it
              limits    tenants that have used \(ReportLimitsView.nearPercent) % or more of their users or projects
              storage   about how much each tenant takes on disk
              all       all of them; what you get without a name

            A report has sums, and lists of tenants with their numbers: nobody's name, address or text leaves a region.

            It shows who serves which tenant at one moment of the directory, and each shard's numbers at a moment of its own \
            just after that; a tenant that is being moved counts once, at the shard that serves it. The shards are asked a few \
            at a time, each by one read-only connection.

            A shard that does not answer is named, the sums are without it, and the exit status is \
            \(ExitStatus.partial.rawValue), or \(ExitStatus.unreachable.rawValue) when no shard answers.

            Storage is an estimate: users, projects, tasks and audit entries are counted, and each counts as what a row of its \
            table takes on average at that shard, with indices and free room. usage and growth read every task once; storage \
            counts every audit entry.

            EXAMPLES
              hubctl report
              hubctl report growth --days 365
              hubctl report limits --region eu --top 50
              hubctl report usage --format csv > usage.csv
              hubctl report all --format json | jq '.usage.total'
            """
    )

    static let writesCSV = true

    @Argument(help: "Which report.")
    var report: ReportKind = .all

    @Option(help: "Only the shards of this region.")
    var region: String?

    @Option(help: "Only this shard.")
    var shard: String?

    @Option(help: "The window of growth in days of UTC, today included, and for how long an inactive tenant rests.")
    var days = ReportRequest.defaultDays

    @Option(help: "How many tenants each list shows at most.")
    var top = ReportRequest.defaultTop

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        for (name, value, allowed) in [
            ("days", days, ReportRequest.allowedDays), ("top", top, ReportRequest.allowedTop),
        ] where !allowed.contains(value) {
            throw ValidationError("--\(name) is a number from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
    }

    func run(in context: CommandContext) async throws {
        let shard = try shard.map { try ShardID(naming: $0) }
        let client = try await ControlClient(email: control.email, context: context)
        let view: ReportView = try await client.send(
            .GET,
            "/api/reports/\(report.rawValue)",
            query: [
                ("region", region), ("shard", shard?.rawValue), ("days", String(days)), ("top", String(top)),
            ],
            timeout: .seconds(90)
        )
        try context.show(HubReport(view: view))
        guard !view.isComplete else { return }
        for shard in view.missing { context.console.note("\(shard.shard) is not in the report: \(shard.error ?? "")") }
        throw OperatorError(
            view.missing.count == view.shards.count ? .unreachable : .partial,
            "\(view.missing.count) of \(view.shards.count) shards are not in the report"
        )
    }
}

extension ReportKind: ExpressibleByArgument {}
