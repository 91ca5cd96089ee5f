import BenchmarkReport

/// What a write costs more when its items must be fenced in Redis before it commits.
struct FenceCost {
    private static let rounds = 5
    private static let seconds = 2

    let hub: Hub
    let tenant: SizedTenant

    func report() async throws {
        let cache = CacheSwitch(hub: hub)
        let writes: [(name: String, script: String)] = [
            (
                "PATCH task status",
                """
                local n = 0
                request = function()
                  n = n + 1
                  local status = n % 2 == 0 and "completed" or "in-progress"
                  return wrk.format("PATCH", "/api/tasks/\(tenant.task)/status", nil, '{"status": "' .. status .. '"}')
                end
                """
            ),
            (
                "POST project",
                #"request = function() return wrk.format("POST", "/api/projects", nil, '{"name": "Fenced"}') end"#
            ),
        ]
        var off = writes.map { _ in CostSum() }
        var on = off
        for _ in 0..<FenceCost.rounds {
            try await cache.turnOff()
            for (index, write) in writes.enumerated() { try await measure(write.script, &off[index]) }
            try await cache.turnOn()
            for (index, write) in writes.enumerated() { try await measure(write.script, &on[index]) }
        }
        var report = Report(columns: ["write", "cache"] + CostSum.columns + ["fence, p50 ms"])
        for (index, write) in writes.enumerated() {
            report.add([write.name, "off"] + off[index].cells + [""])
            let cost = on[index].p50.difference(from: off[index].p50) * 1000
            report.add([write.name, "on"] + on[index].cells + [cost.formatted(digits: 2)])
        }
        report.print(
            title: """
                Writes one after the other, \(FenceCost.rounds) rounds of \(FenceCost.seconds) s with the cache off and on \
                in turn
                """
        )
        print("\n  Goal: the fence adds at most 1 ms to the p50 of a write.")
    }

    // MARK: - Private

    private func measure(_ script: String, _ sum: inout CostSum) async throws {
        let load = LoadGenerator(hub: hub, client: tenant.client)
        let (result, expense) = try await Expense.of(hub) {
            try await load.run(script, connections: 1, seconds: FenceCost.seconds)
        }
        sum.add(result, expense)
    }
}
