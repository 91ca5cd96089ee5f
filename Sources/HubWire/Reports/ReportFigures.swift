/// Numbers of things; `notStarted`, `inProgress` and `completed` add up to `tasks`.
package struct ReportFigures: Codable, Hashable, Sendable {
    package var tenants = 0
    package var users = 0
    package var projects = 0
    package var tasks = 0
    package var notStarted = 0
    package var inProgress = 0
    package var completed = 0
    /// Not completed, and due before the shard's snapshot.
    package var overdue = 0

    package init() {}

    package static func += (sum: inout ReportFigures, other: ReportFigures) {
        sum.tenants += other.tenants
        sum.users += other.users
        sum.projects += other.projects
        sum.tasks += other.tasks
        sum.notStarted += other.notStarted
        sum.inProgress += other.inProgress
        sum.completed += other.completed
        sum.overdue += other.overdue
    }
}
