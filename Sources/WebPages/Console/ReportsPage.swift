package import HubModel
package import HubWire

/// Reports across shards: what there is, how it grows, and which tenants need a look.
package struct ReportsPage: Sendable {
    private struct Tile: Sendable {
        let label: String
        let quantity: Quantity
        let remark: String
        let tone: String
    }

    private struct Missing: Sendable {
        let shard: String
        let reason: String
    }

    private struct Resting: Sendable {
        let name: String
        let href: String?
        let shard: String
        let since: ConsoleMoment
    }

    private struct Snapshot: Sendable {
        let shard: String
        let region: String
        let tenants: Quantity?
        let took: Quantity
        let takenAt: ConsoleMoment?
    }

    private let shell: Shell
    private let takenAt: ConsoleMoment
    private let days: Int
    private let regions: [Choice]
    private let shards: [Choice]
    private let windows: [Choice]
    private let csv: String
    private let json: String
    private let missing: [Missing]
    private let isIncomplete: Bool
    private let tiles: [Tile]
    private let charts: [GrowthChart]
    private let panels: [ReportPanel]
    private let resting: [Resting]
    private let isResting: Bool
    private let storageMethod: String?
    private let snapshots: [Snapshot]

    /// - Parameters:
    ///   - report: with all its parts.
    ///   - shards: all there are.
    package init(
        admin: UserView,
        report: ReportView,
        filter: ReportsFilter,
        regions: [RegionView],
        shards: [ShardID]
    ) {
        shell = .console("Reports", at: .reports, as: admin)
        takenAt = ConsoleMoment(report.takenAt)
        days = filter.days
        self.regions = Choice.choices(regions.map { ($0.id.rawValue, $0.name) }, filter.region, all: "All regions")
        self.shards = Choice.choices(shards.map { ($0.rawValue, $0.rawValue) }, filter.shard, all: "All shards")
        windows = Set(ReportsFilter.windows + [filter.days]).sorted().map { days in
            Choice(value: String(days), label: days == 1 ? "Today" : "\(days) days", isSelected: days == filter.days)
        }
        csv = filter.download("csv")
        json = filter.download("json")
        missing = report.missing.map { Missing(shard: $0.shard.rawValue, reason: $0.error ?? "") }
        isIncomplete = !report.isComplete
        tiles = ReportsPage.tiles(report)
        charts =
            report.growth.map { growth in
                [
                    GrowthChart("New tenants", growth, \.tenants), GrowthChart("New people", growth, \.users),
                    GrowthChart("New projects", growth, \.projects), GrowthChart("New tasks", growth, \.tasks),
                ]
            } ?? []
        panels = ReportsPage.panels(report)
        resting = (report.inactive?.longest ?? []).map { tenant in
            Resting(
                name: tenant.label,
                href: tenant.href,
                shard: tenant.shard.rawValue,
                since: ConsoleMoment(tenant.lastActiveAt)
            )
        }
        isResting = !resting.isEmpty
        storageMethod = report.storage?.method
        snapshots = report.shards.map { shard in
            Snapshot(
                shard: shard.shard.rawValue,
                region: shard.region.rawValue,
                tenants: shard.error == nil ? .count(shard.tenants) : nil,
                took: .milliseconds(Double(shard.milliseconds)),
                takenAt: shard.snapshotAt.map(ConsoleMoment.init)
            )
        }
    }

    package var markup: String { Templates.render(self, with: "console-reports") }

    // MARK: - Private

    private static func tiles(_ report: ReportView) -> [Tile] {
        var tiles: [Tile] = []
        if let total = report.usage?.total {
            let open = total.notStarted + total.inProgress
            func fresh(_ count: Int?) -> String {
                count.map { "\(Quantity.count($0).text) new in \(report.days) days" } ?? ""
            }
            let added = report.growth?.added
            tiles += [
                Tile(label: "Tenants", quantity: .count(total.tenants), remark: fresh(added?.tenants), tone: ""),
                Tile(label: "People", quantity: .count(total.users), remark: fresh(added?.users), tone: ""),
                Tile(label: "Projects", quantity: .count(total.projects), remark: fresh(added?.projects), tone: ""),
                Tile(label: "Tasks", quantity: .count(total.tasks), remark: fresh(added?.tasks), tone: ""),
                Tile(
                    label: "Overdue tasks",
                    quantity: .count(total.overdue),
                    remark: "of \(Quantity.count(open).text) that are open",
                    tone: ""
                ),
            ]
        }
        if let inactive = report.inactive {
            tiles.append(
                Tile(
                    label: "Inactive tenants",
                    quantity: .count(inactive.tenants),
                    remark: "for \(report.days) days or more",
                    tone: ""
                )
            )
        }
        if let limits = report.limits {
            tiles.append(
                Tile(
                    label: "Near a limit",
                    quantity: .count(limits.tenants),
                    remark: "\(Quantity.count(limits.reached).text) have reached one",
                    tone: limits.reached > 0 ? "warn" : ""
                )
            )
        }
        if let storage = report.storage {
            tiles.append(
                Tile(
                    label: "Tenants’ rows, about",
                    quantity: .bytes(storage.tenantBytes),
                    remark: "of \(Quantity.bytes(storage.databaseBytes).text) on disk",
                    tone: ""
                )
            )
        }
        return tiles
    }

    private static func panels(_ report: ReportView) -> [ReportPanel] {
        var panels: [ReportPanel] = []
        if let usage = report.usage {
            panels += [
                ReportPanel("by-status", "Tasks by status", ShardBar.statuses(of: usage.total)),
                ReportPanel("by-shard", "Tasks by shard", ShardBar.tasks(of: usage.shards)),
                ReportPanel("most-tasks", "Most tasks", usage.mostTasks, empty: "There is no task.", Quantity.count),
                ReportPanel(
                    "most-overdue",
                    "Most overdue",
                    usage.mostOverdue,
                    empty: "Nothing is overdue.",
                    Quantity.count
                ),
            ]
        }
        if let growth = report.growth {
            panels.append(
                ReportPanel(
                    "most-new",
                    "Most new tasks",
                    growth.mostNewTasks,
                    empty: "No task was made in these days.",
                    Quantity.count
                )
            )
        }
        if let limits = report.limits {
            panels.append(
                ReportPanel(
                    "limits",
                    "Nearest to a limit",
                    limits.nearest.map(ShardBar.init),
                    empty: "Nobody has used \(limits.percent) % of a limit."
                )
            )
        }
        if let storage = report.storage {
            panels.append(
                ReportPanel("largest", "Largest", storage.largest, empty: "There is no tenant.", Quantity.bytes)
            )
        }
        return panels
    }
}
