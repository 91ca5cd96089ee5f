package import HubModel
package import HubWire

/// The start page of a workspace: one's own open tasks by due date, how far the projects are, and the limits.
package struct DashboardPage: Sendable {
    /// The tasks of one stretch of time. Which one a task is in depends on the day where the person is, so a script sorts
    /// them anew; until then the day in UTC counts.
    struct Group: Sendable {
        let key: String
        let label: String
        let tasks: [TaskRow]
        let count: Int
        let isEmpty: Bool

        init(_ key: String, _ label: String, _ tasks: [TaskRow]) {
            (self.key, self.label, self.tasks) = (key, label, tasks)
            count = tasks.count
            isEmpty = tasks.isEmpty
        }
    }

    struct Meter: Sendable {
        let label: String
        let used: Int
        let most: Int
        let isFull: Bool

        init(_ label: String, _ used: Int, of most: Int) {
            (self.label, self.used, self.most) = (label, used, most)
            isFull = used >= most
        }
    }

    private let shell: Shell
    private let firstName: String
    private let groups: [Group]
    private let openCount: Int
    private let hasTasks: Bool
    private let projects: [ProjectRow]
    private let hasProjects: Bool
    private let meters: [Meter]
    private let taskCount: Int
    private let region: String

    /// - Parameters:
    ///   - tasks: the person's open ones, earliest due first.
    ///   - openCount: how many there are in all.
    ///   - now: tells what is overdue.
    package init(
        shell: Shell,
        tasks: [TaskRow],
        openCount: Int,
        projects: [ProjectRow],
        tenant: TenantView,
        region: String,
        now: Timestamp
    ) {
        self.shell = shell
        firstName = shell.account.map { String($0.name.prefix { $0 != " " }) } ?? ""
        let today = "\(now)".prefix(10)
        groups = [
            Group("overdue", "Overdue", tasks.filter { $0.dueDay.map { $0 < today } ?? false }),
            Group("today", "Today", tasks.filter { $0.dueDay.map { $0 == today } ?? false }),
            Group("later", "Upcoming", tasks.filter { $0.dueDay.map { $0 > today } ?? false }),
            Group("none", "No due date", tasks.filter { $0.dueDay == nil }),
        ]
        self.openCount = openCount
        hasTasks = !tasks.isEmpty
        self.projects = projects
        hasProjects = !projects.isEmpty
        meters = [
            Meter("People", tenant.usage.users, of: tenant.maxUsers),
            Meter("Projects", tenant.usage.projects, of: tenant.maxProjects),
        ]
        taskCount = tenant.usage.tasks
        self.region = region
    }

    package var markup: String { Templates.render(self, with: "dashboard") }
}
