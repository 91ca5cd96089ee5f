import BenchmarkReport

/// Requests of one kind over several rounds, and what they cost.
struct CostSum {
    private(set) var requests = 0
    private(set) var failures = 0
    private(set) var costs = ServerCosts()
    private(set) var statements = 0
    private(set) var transactions = 0
    /// Of each round.
    private(set) var perSecond: [Double] = []
    private(set) var p50: [Double] = []
    private(set) var p99: [Double] = []

    mutating func add(_ result: LoadGenerator.Result, _ expense: Expense) {
        requests += result.requests
        failures += result.failures
        add(expense)
        perSecond.append(result.perSecond)
        p50.append(result.p50.seconds)
        p99.append(result.p99.seconds)
    }

    /// - Parameter times: the seconds that each answer took.
    mutating func add(_ times: [Double], in wall: Duration, _ expense: Expense) {
        requests += times.count
        add(expense)
        perSecond.append(Double(times.count) / wall.seconds)
        p50.append(times.median)
        p99.append(times.percentile(0.99))
    }

    private mutating func add(_ expense: Expense) {
        costs = costs + expense.costs
        statements += expense.statements
        transactions += expense.transactions
    }

    static let columns = [
        "per second", "p50 ms", "p99 ms", "CPU µs", "router", "backend", "redis", "postgres", "queries", "failures",
    ]

    /// The columns' values: of rates and times the median of the rounds, of the others the mean of all requests.
    var cells: [String] {
        func each(_ seconds: Double) -> String { (seconds * 1_000_000 / Double(requests)).formatted(digits: 0) }
        return [
            perSecond.median.formatted(digits: 0),
            (p50.median * 1000).formatted(digits: 2),
            (p99.median * 1000).formatted(digits: 2),
            each(costs.total), each(costs.router), each(costs.backends), each(costs.redis), each(costs.postgres),
            (Double(statements) / Double(requests)).formatted(digits: 3),
            String(failures),
        ]
    }
}

extension [Double] {
    /// What each is of its partner: the median.
    func ratio(to other: [Double]) -> Double { zip(self, other).map { $0 / $1 }.median }

    /// What each is more than its partner: the median.
    func difference(from other: [Double]) -> Double { zip(self, other).map { $0 - $1 }.median }
}
