import HubModel
import HubWire
import ShardStore

/// What is known of one shard, or of several, so far; as large after a million tenants as after one.
struct ReportTally: Sendable {
    /// A tenant of a list, and the shard that it is on.
    typealias List<Value: Sendable> = TopList<(place: ReportPlace, value: Value)>

    struct Limit: Sendable {
        let users: Int
        let maxUsers: Int
        let projects: Int
        let maxProjects: Int
        let percent: Int
    }

    let question: ReportQuestion

    private(set) var figures = ReportFigures()
    private(set) var mostUsers: List<Int64>
    private(set) var mostTasks: List<Int64>
    private(set) var mostOverdue: List<Int64>

    private(set) var added = ReportGrowthCounts()
    /// By the first day of a step.
    private(set) var steps: [String: ReportGrowthCounts] = [:]
    private(set) var mostNewTasks: List<Int64>

    private(set) var inactive = 0
    private(set) var longestInactive: List<Timestamp>

    private(set) var nearLimit = 0
    private(set) var nearUsers = 0
    private(set) var nearProjects = 0
    private(set) var reached = 0
    private(set) var nearest: List<Limit>

    private(set) var tenantBytes: Int64 = 0
    private(set) var largest: List<Int64>

    /// - Parameter top: how many tenants a list has at most.
    init(_ question: ReportQuestion, top: Int) {
        self.question = question
        mostUsers = List(limit: top)
        mostTasks = List(limit: top)
        mostOverdue = List(limit: top)
        mostNewTasks = List(limit: top)
        longestInactive = List(limit: top)
        nearest = List(limit: top)
        largest = List(limit: top)
    }

    /// Takes a tenant in.
    ///
    /// - Parameter weights: of its shard; nil when storage is not asked for.
    mutating func add(_ tenant: TenantFigures, at place: ReportPlace, _ weights: StorageWeights?) {
        func note(_ list: inout List<Int64>, _ amount: Int64) {
            if amount > 0 { list.add(tenant.tenant, rank: Double(amount), (place, amount)) }
        }
        figures.tenants += 1
        figures.users += tenant.users
        figures.projects += tenant.projects
        figures.tasks += tenant.tasks
        figures.completed += tenant.completed
        figures.inProgress += tenant.inProgress
        figures.notStarted += tenant.tasks - tenant.completed - tenant.inProgress
        figures.overdue += tenant.overdue
        note(&mostUsers, Int64(tenant.users))
        note(&mostTasks, Int64(tenant.tasks))
        note(&mostOverdue, Int64(tenant.overdue))
        note(&mostNewTasks, Int64(tenant.newTasks))
        if let last = tenant.lastActiveAt, last < question.since {
            inactive += 1
            longestInactive.add(tenant.tenant, rank: -Double(last.microseconds), (place, last))
        }
        addLimits(of: tenant, at: place)
        if let weights {
            let bytes = weights.bytes(of: tenant)
            tenantBytes += bytes
            note(&largest, bytes)
        }
    }

    mutating func add(_ growth: [GrowthCount]) {
        for count in growth {
            var counts = ReportGrowthCounts()
            switch count.kind {
            case .tenants: counts.tenants = count.count
            case .users: counts.users = count.count
            case .projects: counts.projects = count.count
            case .tasks: counts.tasks = count.count
            }
            added += counts
            steps[count.date, default: ReportGrowthCounts()] += counts
        }
    }

    mutating func merge(_ other: ReportTally) {
        figures += other.figures
        mostUsers.merge(other.mostUsers)
        mostTasks.merge(other.mostTasks)
        mostOverdue.merge(other.mostOverdue)
        added += other.added
        steps.merge(other.steps) { sum, counts in
            var sum = sum
            sum += counts
            return sum
        }
        mostNewTasks.merge(other.mostNewTasks)
        inactive += other.inactive
        longestInactive.merge(other.longestInactive)
        nearLimit += other.nearLimit
        nearUsers += other.nearUsers
        nearProjects += other.nearProjects
        reached += other.reached
        nearest.merge(other.nearest)
        tenantBytes += other.tenantBytes
        largest.merge(other.largest)
    }

    // MARK: - Private

    private mutating func addLimits(of tenant: TenantFigures, at place: ReportPlace) {
        let users = ReportTally.percent(tenant.users, of: tenant.maxUsers)
        let projects = ReportTally.percent(tenant.projects, of: tenant.maxProjects)
        let nearer = max(users, projects)
        guard nearer >= ReportLimitsView.nearPercent else { return }
        nearLimit += 1
        if users >= ReportLimitsView.nearPercent { nearUsers += 1 }
        if projects >= ReportLimitsView.nearPercent { nearProjects += 1 }
        if nearer >= 100 { reached += 1 }
        nearest.add(
            tenant.tenant,
            rank: Double(nearer),
            (
                place,
                Limit(
                    users: tenant.users,
                    maxUsers: tenant.maxUsers,
                    projects: tenant.projects,
                    maxProjects: tenant.maxProjects,
                    percent: nearer
                )
            )
        )
    }

    /// Of a limit of none, all is used.
    private static func percent(_ used: Int, of limit: Int) -> Int { limit > 0 ? used * 100 / limit : 100 }
}
