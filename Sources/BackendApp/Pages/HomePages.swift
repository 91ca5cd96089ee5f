import Caching
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import TenantCache
import Topology
import WebPages

/// The start page: one's own tasks, the projects' progress, the limits.
struct HomePages: Sendable {
    let desk: PageDesk

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/", use: home)
    }

    /// The open tasks that are shown, and the projects.
    private static let mostTasks = 40
    private static let mostProjects = 6

    // MARK: - Private

    @Sendable
    private func home(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.visit(request, context) {
            let (known, mine, person) = try await desk.workspace.read(
                [.settings, .usage, .projects],
                for: request,
                in: context,
                cached: { items in
                    guard let settings = items.settingsWithUsage, let projects = items.projects else {
                        return nil
                    }
                    return (settings, try HomePages.parts.map { try projects.list($0, HomePages.window).items })
                },
                known: { transaction in
                    try await ConcurrentReads.both(
                        { try await transaction.tenant.settings() },
                        { try await HomePages.projects(transaction) }
                    )
                },
                besides: HomePages.tasks
            )
            let (settings, parts) = known
            let visit = desk.visit(request, context, person, settings)
            let running = parts.dropLast().joined().sorted { $0.createdAt > $1.createdAt }
            let projects = (running + (parts.last ?? [])).prefix(HomePages.mostProjects)
            let page = DashboardPage(
                shell: visit.shell("Home", at: .home),
                tasks: try mine.tasks.map { try visit.row($0, project: mine.projects[$0.project]) },
                openCount: mine.total,
                projects: try projects.map(visit.row),
                tenant: visit.tenant,
                region: desk.region.name,
                now: desk.now()
            )
            return .html(page.markup)
        }
    }

    /// The person's own tasks, the most urgent first.
    private struct Tasks: Sendable {
        let tasks: [TaskRecord]
        /// How many there are that are not completed.
        let total: Int
        /// What their projects are called.
        let projects: [ProjectID: String]
    }

    private static let window = ListWindow(limit: mostProjects)
    /// The projects that run come before those that are completed.
    private static let parts = [WorkStatus.notStarted, .inProgress, .completed].map { ProjectFilter(status: $0) }

    private static func projects(_ transaction: ShardTransaction<ReadAccess>) async throws -> [[ProjectRecord]] {
        @Sendable func list(_ part: Int) async throws -> [ProjectRecord] {
            try await transaction.projects.list(parts[part], window).items
        }
        let (first, (second, third)) = try await ConcurrentReads.both(
            { try await list(0) },
            { try await ConcurrentReads.both({ try await list(1) }, { try await list(2) }) }
        )
        return [first, second, third]
    }

    @Sendable
    private static func tasks(_ transaction: ShardTransaction<ReadAccess>) async throws -> Tasks {
        let (open, begun) = try await ConcurrentReads.both(
            { try await mine(.notStarted, transaction) },
            { try await mine(.inProgress, transaction) }
        )
        let tasks = Array((open.items + begun.items).sorted { isEarlier($0, $1) }.prefix(mostTasks))
        let names = try await transaction.projects.names(of: Set(tasks.map(\.project)))
        return Tasks(tasks: tasks, total: open.total + begun.total, projects: names)
    }

    private static func mine(
        _ status: WorkStatus,
        _ transaction: ShardTransaction<ReadAccess>
    ) async throws -> Listing<TaskRecord> {
        let filter = TaskFilter(status: status, assignee: .me)
        return try await transaction.tasks.list(filter, order: .earliestDueFirst, ListWindow(limit: mostTasks))
    }

    private static func isEarlier(_ left: TaskRecord, _ right: TaskRecord) -> Bool {
        switch (left.dueDate, right.dueDate) {
        case (let left?, let right?): left < right
        case (nil, nil): left.createdAt > right.createdAt
        case (let left, _): left != nil
        }
    }
}
