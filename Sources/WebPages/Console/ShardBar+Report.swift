import HubModel
import HubWire

extension ShardBar {
    static func statuses(of figures: ReportFigures) -> [ShardBar] {
        guard figures.tasks > 0 else { return [] }
        return [
            ("Not started", figures.notStarted, "r4"), ("In progress", figures.inProgress, "r0"),
            ("Completed", figures.completed, "r1"), ("Overdue", figures.overdue, "r5"),
        ].map { label, count, tone in
            ShardBar(
                label: label,
                href: nil,
                quantity: .count(count),
                percent: percent(Int64(count), of: Int64(figures.tasks)),
                tone: tone
            )
        }
    }

    static func tasks(of shards: [ReportShardFigures]) -> [ShardBar] {
        let most = Int64(shards.map(\.figures.tasks).max() ?? 0)
        let regions = shards.reduce(into: [RegionID]()) { if !$0.contains($1.region) { $0.append($1.region) } }
        return shards.map { shard in
            ShardBar(
                label: shard.shard.rawValue,
                href: "\(ConsolePlace.tenants.rawValue)?shard=\(shard.shard)",
                quantity: .count(shard.figures.tasks),
                percent: percent(Int64(shard.figures.tasks), of: most),
                tone: "r\((regions.firstIndex(of: shard.region) ?? 0) % 6)"
            )
        }
    }

    init(_ tenant: ReportLimitTenant) {
        self.init(
            label: tenant.label,
            href: tenant.href,
            quantity: .percent(Double(tenant.percent) / 100),
            percent: min(100, tenant.percent),
            tone: tenant.percent >= 100 ? "r5" : "r2"
        )
    }
}
