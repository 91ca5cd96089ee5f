import HubModel
import HubWire

/// A report across shards as tables, as the JSON that hub-control answers, or as its CSV.
struct HubReport: Report {
    let view: ReportView

    func encode(to encoder: any Encoder) throws { try view.encode(to: encoder) }

    var csv: String? { view.csv }

    func text(for stream: TextStream) -> String {
        var parts = [shards.text(for: stream)]
        if let usage = view.usage {
            parts.append("USAGE\n" + figures(usage).text(for: stream))
            parts += lists(of: usage, for: stream)
        }
        if let growth = view.growth {
            parts.append("GROWTH by \(growth.unit.rawValue) since \(growth.from)\n" + points(growth).text(for: stream))
            parts += list("MOST NEW TASKS", growth.mostNewTasks, "NEW TASKS", for: stream)
        }
        if let inactive = view.inactive { parts.append(text(inactive, for: stream)) }
        if let limits = view.limits { parts.append(text(limits, for: stream)) }
        if let storage = view.storage { parts.append(text(storage, for: stream)) }
        return parts.joined(separator: "\n")
    }

    // MARK: - Private

    private var shards: Table {
        var table = Table("SHARD", "REGION", "SNAPSHOT", .number("TENANTS"), .number("TOOK"), "NOTE")
        for shard in view.shards {
            let gone = shard.absent > 0 ? "\(shard.absent.grouped) went in between" : ""
            table.append(
                .init(shard.shard.rawValue),
                .init(shard.region.rawValue),
                .init(shard.snapshotAt?.description ?? "-"),
                .init(shard.error == nil ? shard.tenants.grouped : "-"),
                .init("\(shard.milliseconds.grouped) ms"),
                .init(shard.error ?? gone, shard.error == nil ? .plain : .bad)
            )
        }
        return table
    }

    private func figures(_ usage: ReportUsageView) -> Table {
        var table = Table(
            "",
            .number("TENANTS"),
            .number("USERS"),
            .number("PROJECTS"),
            .number("TASKS"),
            .number("NOT STARTED"),
            .number("IN PROGRESS"),
            .number("COMPLETED"),
            .number("OVERDUE")
        )
        let lines =
            usage.shards.map { ("\($0.shard)", $0.figures) } + usage.regions.map { ("region \($0.region)", $0.figures) }
            + [(view.isComplete ? "all" : "all that answered", usage.total)]
        for (name, figures) in lines {
            table.append(
                .init(name),
                .init(figures.tenants.grouped),
                .init(figures.users.grouped),
                .init(figures.projects.grouped),
                .init(figures.tasks.grouped),
                .init(figures.notStarted.grouped),
                .init(figures.inProgress.grouped),
                .init(figures.completed.grouped),
                .init(figures.overdue.grouped)
            )
        }
        return table
    }

    private func lists(of usage: ReportUsageView, for stream: TextStream) -> [String] {
        list("MOST USERS", usage.mostUsers, "USERS", for: stream)
            + list("MOST TASKS", usage.mostTasks, "TASKS", for: stream)
            + list("MOST OVERDUE", usage.mostOverdue, "OVERDUE", for: stream)
    }

    /// Nothing for an empty list.
    private func list(
        _ title: String,
        _ tenants: [ReportTenantView],
        _ column: String,
        for stream: TextStream,
        write: (Int64) -> String = { Int($0).grouped }
    ) -> [String] {
        guard !tenants.isEmpty else { return [] }
        var table = Table("TENANT", "REGION", "SHARD", .number(column))
        for tenant in tenants {
            table.append(
                .init(tenant.name),
                .init(tenant.region.rawValue),
                .init(tenant.shard.rawValue),
                .init(write(tenant.amount))
            )
        }
        return ["\(title)\n" + table.text(for: stream)]
    }

    private func points(_ growth: ReportGrowthView) -> Table {
        var table = Table(
            growth.unit == .day ? "DAY" : "MONTH",
            .number("TENANTS"),
            .number("USERS"),
            .number("PROJECTS"),
            .number("TASKS")
        )
        let lines = growth.points.map { ($0.date, $0.added) } + [("all", growth.added)]
        for (name, added) in lines {
            table.append(
                .init(name),
                .init(added.tenants.grouped),
                .init(added.users.grouped),
                .init(added.projects.grouped),
                .init(added.tasks.grouped)
            )
        }
        return table
    }

    private func text(_ inactive: ReportInactiveView, for stream: TextStream) -> String {
        let regions = inactive.regions.map { "\($0.region) \($0.tenants.grouped)" }.joined(separator: ", ")
        let head = "INACTIVE since \(inactive.since): \(inactive.tenants.grouped) tenants"
        guard !inactive.longest.isEmpty else { return head + "\n" }
        var table = Table("TENANT", "REGION", "SHARD", "LAST ACTIVE")
        for tenant in inactive.longest {
            table.append(
                .init(tenant.name),
                .init(tenant.region.rawValue),
                .init(tenant.shard.rawValue),
                .init(tenant.lastActiveAt.description)
            )
        }
        return "\(head) (\(regions))\n" + table.text(for: stream)
    }

    private func text(_ limits: ReportLimitsView, for stream: TextStream) -> String {
        let head =
            "LIMITS used by \(limits.percent) % or more: \(limits.tenants.grouped) tenants "
            + "(users \(limits.nearUsers.grouped), projects \(limits.nearProjects.grouped); "
            + "\(limits.reached.grouped) have reached one)\n"
        guard !limits.nearest.isEmpty else { return head }
        var table = Table("TENANT", "REGION", "SHARD", .number("USERS"), .number("PROJECTS"), .number("USED"))
        for tenant in limits.nearest {
            table.append(
                .init(tenant.name),
                .init(tenant.region.rawValue),
                .init(tenant.shard.rawValue),
                .init("\(tenant.users.grouped) of \(tenant.maxUsers.grouped)"),
                .init("\(tenant.projects.grouped) of \(tenant.maxProjects.grouped)"),
                .init("\(tenant.percent) %", tenant.percent >= 100 ? .bad : .warning)
            )
        }
        return head + table.text(for: stream)
    }

    private func text(_ storage: ReportStorageView, for stream: TextStream) -> String {
        var table = Table("", "REGION", .number("TENANTS' ROWS"), .number("DATABASE"))
        for shard in storage.shards {
            table.append(
                .init(shard.shard.rawValue),
                .init(shard.region.rawValue),
                .init(Int(shard.tenantBytes).formattedBytes),
                .init(Int(shard.databaseBytes).formattedBytes)
            )
        }
        table.append(
            .init(view.isComplete ? "all" : "all that answered"),
            .init(""),
            .init(Int(storage.tenantBytes).formattedBytes),
            .init(Int(storage.databaseBytes).formattedBytes)
        )
        let largest = list("LARGEST", storage.largest, "ABOUT", for: stream) { Int($0).formattedBytes }
        return (["STORAGE (an estimate: see hubctl report --help)\n" + table.text(for: stream)] + largest)
            .joined(separator: "\n")
    }
}
