import HubModel

extension ReportView {
    /// The report as CSV: a line for each number, so that a spreadsheet can pivot it whatever the report has.
    ///
    /// A line without a region is a sum over all of them, one without a shard a sum over the region.
    package var csv: String {
        var lines = ReportLines()
        lines.add("report", nil, nil, nil, nil, "takenAt", takenAt.description)
        lines.add("report", nil, nil, nil, nil, "complete", String(isComplete))
        for shard in shards {
            let place = (shard.region, shard.shard)
            if let error = shard.error { lines.add("shards", place, "error", error) }
            if let moment = shard.snapshotAt { lines.add("shards", place, "snapshotAt", moment.description) }
            lines.add("shards", place, "milliseconds", String(shard.milliseconds))
            lines.add("shards", place, "tenants", String(shard.tenants))
            lines.add("shards", place, "absent", String(shard.absent))
        }
        if let usage { lines.add(usage) }
        if let growth { lines.add(growth) }
        if let inactive { lines.add(inactive) }
        if let limits { lines.add(limits) }
        if let storage { lines.add(storage) }
        return lines.text
    }
}

/// The lines of a report's CSV so far.
private struct ReportLines {
    var text = CSVLine.text(["report", "region", "shard", "tenant", "date", "figure", "value"])

    mutating func add(
        _ report: String,
        _ region: RegionID?,
        _ shard: ShardID?,
        _ tenant: String?,
        _ date: String?,
        _ figure: String,
        _ value: String
    ) {
        text += CSVLine.text([
            report, region?.rawValue ?? "", shard?.rawValue ?? "", tenant ?? "", date ?? "", figure, value,
        ])
    }

    mutating func add(_ report: String, _ place: (RegionID, ShardID), _ figure: String, _ value: String) {
        add(report, place.0, place.1, nil, nil, figure, value)
    }

    mutating func add(_ usage: ReportUsageView) {
        add("usage", nil, nil, usage.total)
        for region in usage.regions { add("usage", region.region, nil, region.figures) }
        for shard in usage.shards { add("usage", shard.region, shard.shard, shard.figures) }
        add("usage", usage.mostUsers, "users")
        add("usage", usage.mostTasks, "tasks")
        add("usage", usage.mostOverdue, "overdue")
    }

    mutating func add(_ growth: ReportGrowthView) {
        add("growth", nil, growth.added)
        for point in growth.points { add("growth", point.date, point.added) }
        add("growth", growth.mostNewTasks, "tasks")
    }

    mutating func add(_ inactive: ReportInactiveView) {
        add("inactive", nil, nil, nil, nil, "tenants", String(inactive.tenants))
        for region in inactive.regions {
            add("inactive", region.region, nil, nil, nil, "tenants", String(region.tenants))
        }
        for tenant in inactive.longest {
            add(
                "inactive",
                tenant.region,
                tenant.shard,
                tenant.name,
                nil,
                "lastActiveAt",
                tenant.lastActiveAt.description
            )
        }
    }

    mutating func add(_ limits: ReportLimitsView) {
        for (figure, value) in [
            ("tenants", limits.tenants), ("nearUsers", limits.nearUsers), ("nearProjects", limits.nearProjects),
            ("reached", limits.reached),
        ] { add("limits", nil, nil, nil, nil, figure, String(value)) }
        for tenant in limits.nearest {
            for (figure, value) in [
                ("users", tenant.users), ("maxUsers", tenant.maxUsers), ("projects", tenant.projects),
                ("maxProjects", tenant.maxProjects), ("percent", tenant.percent),
            ] { add("limits", tenant.region, tenant.shard, tenant.name, nil, figure, String(value)) }
        }
    }

    mutating func add(_ storage: ReportStorageView) {
        add("storage", nil, nil, nil, nil, "tenantBytes", String(storage.tenantBytes))
        add("storage", nil, nil, nil, nil, "databaseBytes", String(storage.databaseBytes))
        for shard in storage.shards {
            add("storage", (shard.region, shard.shard), "tenantBytes", String(shard.tenantBytes))
            add("storage", (shard.region, shard.shard), "databaseBytes", String(shard.databaseBytes))
        }
        add("storage", storage.largest, "bytes")
    }

    private mutating func add(_ report: String, _ region: RegionID?, _ shard: ShardID?, _ figures: ReportFigures) {
        for (figure, value) in [
            ("tenants", figures.tenants), ("users", figures.users), ("projects", figures.projects),
            ("tasks", figures.tasks), ("notStarted", figures.notStarted), ("inProgress", figures.inProgress),
            ("completed", figures.completed), ("overdue", figures.overdue),
        ] { add(report, region, shard, nil, nil, figure, String(value)) }
    }

    private mutating func add(_ report: String, _ date: String?, _ counts: ReportGrowthCounts) {
        for (figure, value) in [
            ("tenants", counts.tenants), ("users", counts.users), ("projects", counts.projects),
            ("tasks", counts.tasks),
        ] { add(report, nil, nil, nil, date, figure, String(value)) }
    }

    private mutating func add(_ report: String, _ tenants: [ReportTenantView], _ figure: String) {
        for tenant in tenants {
            add(report, tenant.region, tenant.shard, tenant.name, nil, figure, String(tenant.amount))
        }
    }
}
