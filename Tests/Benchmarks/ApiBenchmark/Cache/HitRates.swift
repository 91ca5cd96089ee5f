import BenchmarkReport

/// The project list of a large tenant with the cache warm, beside the same straight from PostgreSQL.
struct HitRates {
    private static let connections = 16
    private static let rounds = 3
    private static let seconds = 5

    let hub: Hub
    let tenant: SizedTenant

    func report() async throws {
        let cache = CacheSwitch(hub: hub)
        var (off, warm) = (CostSum(), CostSum())
        for _ in 0..<HitRates.rounds {
            try await cache.turnOff()
            try await measure(&off)
            try await cache.turnOn()
            try await measure(&warm)
        }
        var report = Report(columns: ["GET /api/projects"] + CostSum.columns + ["× off"])
        report.add(["off"] + off.cells + ["1.00"])
        report.add(["warm"] + warm.cells + [warm.perSecond.ratio(to: off.perSecond).formatted(digits: 2)])
        report.print(
            title: """
                A tenant with \(tenant.projects) projects and \(tenant.projects * tenant.tasksEach) tasks, \
                through the router: \(HitRates.connections) connections, \(HitRates.rounds) rounds of \
                \(HitRates.seconds) s in turn; off is PostgreSQL straight
                """
        )
        print(
            """

              Goal: warm at least 3 × off, and 0 queries for a hit. Warm's queries are the auditor's, who compares some items
              with their rows in a transaction each: there were \(warm.transactions) transactions besides those.
            """
        )
    }

    // MARK: - Private

    private static let script = "request = function() return wrk.format(\"GET\", \"/api/projects\") end"

    private func measure(_ sum: inout CostSum) async throws {
        let load = LoadGenerator(hub: hub, client: tenant.client)
        _ = try await load.run(HitRates.script, connections: HitRates.connections, seconds: 1)
        let (result, expense) = try await Expense.of(hub) {
            try await load.run(HitRates.script, connections: HitRates.connections, seconds: HitRates.seconds)
        }
        sum.add(result, expense)
    }
}
