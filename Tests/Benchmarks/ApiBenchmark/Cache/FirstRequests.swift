import BenchmarkReport

/// The first request of each of a thousand tenants, to a cache that has nothing of them.
struct FirstRequests {
    private static let rounds = 3

    let hub: Hub
    let tenants: LoadedTenants

    func report() async throws {
        let cache = CacheSwitch(hub: hub)
        var (off, cold, warm) = (CostSum(), CostSum(), CostSum())
        _ = try await tenants.listProjects()
        for _ in 0..<FirstRequests.rounds {
            try await cache.turnOff()
            try await measure(&off)
            try await cache.turnOn()
            try await measure(&cold)
            try await measure(&warm)
        }
        var report = Report(columns: ["GET /api/projects"] + CostSum.columns + ["× off"])
        for (name, sum) in [("off", off), ("cold", cold), ("warm", warm)] {
            report.add([name] + sum.cells + [sum.perSecond.ratio(to: off.perSecond).formatted(digits: 2)])
        }
        report.print(
            title: """
                One request of each of \(tenants.clients.count) tenants, 8 at a time, \(FirstRequests.rounds) rounds in \
                turn; a client in Swift, which costs more than the servers, so compare rates with rates of this table only
                """
        )
        print("\n  cold: nothing of any tenant is in the cache, and each request reads the rows and fills it.")
    }

    // MARK: - Private

    private func measure(_ sum: inout CostSum) async throws {
        let ((times, wall), expense) = try await Expense.of(hub) {
            let start = ContinuousClock.now
            return (try await tenants.listProjects(), ContinuousClock.now - start)
        }
        sum.add(times, in: wall, expense)
    }
}
