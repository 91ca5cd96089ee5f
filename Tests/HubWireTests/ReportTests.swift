import HubModel
import HubWire
import Testing

@Suite("Reports as they are written")
struct ReportTests {
    private static let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private func report() throws -> ReportView {
        let (region, shard) = (try #require(RegionID("us")), try #require(ShardID("us-1")))
        var figures = ReportFigures()
        (figures.tenants, figures.tasks) = (2, 7)
        var counts = ReportGrowthCounts()
        counts.tasks = 3
        let tenant = ReportTenantView(
            tenantId: TenantID.make(at: ReportTests.moment),
            subdomain: Subdomain("acme"),
            region: region,
            shard: shard,
            amount: 7
        )
        return ReportView(
            takenAt: ReportTests.moment,
            days: 30,
            top: 10,
            shards: [
                ReportShardView(
                    shard: shard,
                    region: region,
                    snapshotAt: ReportTests.moment,
                    milliseconds: 5,
                    tenants: 2
                ),
                ReportShardView(
                    shard: try #require(ShardID("us-2")),
                    region: region,
                    error: "-it is gone, \"for good\"",
                    milliseconds: 1
                ),
            ],
            usage: ReportUsageView(
                total: figures,
                regions: [ReportRegionFigures(region: region, figures: figures)],
                shards: [ReportShardFigures(shard: shard, region: region, figures: figures)],
                mostUsers: [],
                mostTasks: [tenant],
                mostOverdue: []
            ),
            growth: ReportGrowthView(
                from: ReportTests.moment,
                unit: .day,
                added: counts,
                points: [ReportGrowthPoint(date: "2025-11-24", added: counts)],
                mostNewTasks: []
            ),
            inactive: nil,
            limits: nil,
            storage: nil
        )
    }

    @Test("Every number has a line of CSV, and so has the shard that is missing")
    func csv() throws {
        let lines = try report().csv.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "report,region,shard,tenant,date,figure,value")
        for line in [
            "report,,,,,complete,false", "usage,,,,,tasks,7", "usage,us,,,,tenants,2", "usage,us,us-1,,,tasks,7",
            "usage,us,us-1,acme,,tasks,7", "growth,,,,2025-11-24,tasks,3", "growth,,,,,tasks,3",
            #"shards,us,us-2,,,error,"'-it is gone, ""for good""""#,
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!lines.contains { $0.hasPrefix("storage") })
    }

    @Test("It is the same after it was sent, and names what it is without")
    func sent() throws {
        let report = try report()
        #expect(!report.isComplete && report.missing.map(\.shard.rawValue) == ["us-2"])
        let again = try WireJSON.decode(ReportView.self, from: try WireJSON.encode(report))
        #expect(again == report)
    }
}
