package import HubModel

/// What was made in the window and is still there.
package struct ReportGrowthView: Codable, Hashable, Sendable {
    /// Where the window begins: the first moment of a day in UTC.
    package let from: Timestamp
    package let unit: ReportUnit
    package let added: ReportGrowthCounts
    /// Every step of the window in order; the first month begins with the window.
    package let points: [ReportGrowthPoint]
    /// The tenants with the most new tasks.
    package let mostNewTasks: [ReportTenantView]

    package init(
        from: Timestamp,
        unit: ReportUnit,
        added: ReportGrowthCounts,
        points: [ReportGrowthPoint],
        mostNewTasks: [ReportTenantView]
    ) {
        self.from = from
        self.unit = unit
        self.added = added
        self.points = points
        self.mostNewTasks = mostNewTasks
    }
}

package struct ReportGrowthCounts: Codable, Hashable, Sendable {
    package var tenants = 0
    package var users = 0
    package var projects = 0
    package var tasks = 0

    package init() {}

    package static func += (sum: inout ReportGrowthCounts, other: ReportGrowthCounts) {
        sum.tenants += other.tenants
        sum.users += other.users
        sum.projects += other.projects
        sum.tasks += other.tasks
    }
}

package struct ReportGrowthPoint: Codable, Hashable, Sendable {
    /// The step's first day, `2026-11-26`.
    package let date: String
    package let added: ReportGrowthCounts

    package init(date: String, added: ReportGrowthCounts) {
        self.date = date
        self.added = added
    }
}
