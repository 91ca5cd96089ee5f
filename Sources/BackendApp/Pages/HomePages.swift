import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import Topology
import WebPages

/// The start page: one's own tasks, the projects' progress, the limits.
struct HomePages: Sendable {
    let desk: PageDesk

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/", use: home)
    }

    /// The open tasks that are shown, and the projects.
    private static let mostTasks = 60
    private static let mostProjects = 6

    // MARK: - Private

    @Sendable
    private func home(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        try await desk.visit(request, context) { visit in
            let tasks = try await desk.workspace.read(for: request, in: context) { transaction in
                let (open, begun) = try await ConcurrentReads.both(
                    { try await HomePages.mine(.notStarted, transaction) },
                    { try await HomePages.mine(.inProgress, transaction) }
                )
                return (items: open.items + begun.items, total: open.total + begun.total)
            }.answer
            let window = ListWindow(limit: 1000)
            let projects = try await desk.workspace.projects(ProjectFilter(), window, for: request, in: context)
                .projects
            let names = Dictionary(projects.items.map { ($0.id, $0.name) }) { first, _ in first }
            let sorted = tasks.items.sorted { HomePages.isEarlier($0, $1) }.prefix(HomePages.mostTasks)
            let running =
                projects.items.filter { $0.status != .completed } + projects.items.filter { $0.status == .completed }
            let page = DashboardPage(
                shell: visit.shell("Home", at: .home),
                tasks: try sorted.map { try visit.row($0, project: names[$0.project]) },
                openCount: tasks.total,
                projects: try running.prefix(HomePages.mostProjects).map(visit.row),
                tenant: visit.tenant,
                region: desk.region.name,
                now: desk.now()
            )
            return .html(page.markup)
        }
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
