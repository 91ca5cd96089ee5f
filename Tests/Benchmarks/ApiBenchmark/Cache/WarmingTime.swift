import BenchmarkReport
import HubTesting

/// How long it takes to fill an empty cache with what a thousand tenants will ask for.
struct WarmingTime {
    let hub: Hub
    let tenants: LoadedTenants

    /// Whether the operators' command did it.
    func report() async throws -> Bool {
        let cache = CacheSwitch(hub: hub)
        var report = Report(columns: ["by", "seconds", "tenants a second", "items filled"])
        func add(_ name: String, _ work: () async throws -> Void) async throws {
            try await cache.empty()
            let filled = try await filled()
            let start = ContinuousClock.now
            try await work()
            let seconds = (ContinuousClock.now - start).seconds
            report.add(
                name,
                seconds.formatted(digits: 1),
                (Double(tenants.clients.count) / seconds).formatted(digits: 0),
                String(try await self.filled() - filled)
            )
        }
        var failure: ChildFailure?
        do {
            try await add("hubctl cache warm") { _ = try await cache.warm() }
        } catch let error as ChildFailure {
            failure = error
        }
        try await add("a request of each, 8 at a time") { _ = try await tenants.listProjects() }
        report.print(title: "An empty cache is warmed for \(tenants.clients.count) tenants")
        if let failure { print("\n  \(failure)") }
        return failure == nil
    }

    // MARK: - Private

    private func filled() async throws -> Int {
        try await CacheGauges.now(of: hub).reduce(0) { $0 + $1.misses }
    }
}
