import BenchmarkReport
import HubModel
import HubWire
import NIOHTTP1

/// What the burst of one tenant does to another of the same shard.
struct TenantBurst {
    private static let rounds = 3
    private static let seconds = 6

    let hub: Hub

    func report() async throws {
        let neighbour = try await makeTenant("bench-burst")
        let victim = try await makeTenant("bench-calm")
        let burst = LoadGenerator(hub: hub, client: neighbour)
        let script = "request = function() return wrk.format(\"GET\", \"/api/projects\") end"
        var (calm, stormy, apart) = ([Double](), [Double](), [Double]())
        let elsewhere = LoadGenerator(hub: hub, client: try await hub.administrator(of: "globex"))
        for _ in 0..<TenantBurst.rounds {
            calm += try await pace(victim)
            async let other = elsewhere.run(script, connections: 200, seconds: TenantBurst.seconds + 1, yields: true)
            apart += try await pace(victim)
            _ = try await other
            async let storm = burst.run(script, connections: 200, seconds: TenantBurst.seconds + 1, yields: true)
            stormy += try await pace(victim)
            _ = try await storm
        }
        var report = Report(columns: ["the other tenant", "requests", "p50 ms", "p99 ms", "× calm p99"])
        for (name, times) in [
            ("is calm", calm), ("of another shard bursts", apart), ("of the same shard bursts", stormy),
        ] {
            report.add(
                name,
                String(times.count),
                (times.median * 1000).formatted(digits: 2),
                (times.percentile(0.99) * 1000).formatted(digits: 2),
                (times.percentile(0.99) / calm.percentile(0.99)).formatted(digits: 2)
            )
        }
        report.print(
            title: """
                One task list after the other by four people of one tenant, 50 a second each, while another tenant \
                sends as much as 200 connections carry (from other machines, as it were: with nice 19); \(TenantBurst.rounds) rounds of \(TenantBurst.seconds) s
                """
        )
        print(
            """

              Goal: at most 2 × for a burst in the same shard. One in another shard shares only the machine and the router,
              which gives a tenant few turns at once while others use the same machine.
            """
        )
    }

    // MARK: - Private

    /// The seconds of each answer to four people who ask at their own pace.
    private func pace(_ client: HubClient) async throws -> [Double] {
        try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var times: [Double] = []
                    let clock = ContinuousClock()
                    let end = clock.now + .seconds(TenantBurst.seconds)
                    var next = clock.now
                    while next < end {
                        let answer = try await client.get("/api/tasks")
                        guard answer.status == 200 else {
                            throw BenchmarkFailure("the calm tenant was answered \(answer.status): \(answer.text)")
                        }
                        times.append(answer.elapsed.seconds)
                        next += .milliseconds(20)
                        try await clock.sleep(until: next)
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func makeTenant(_ subdomain: String) async throws -> HubClient {
        let admin = try await hub.signedIn(nil, "superadmin@system.com", "Admin@123")
        let made = try await admin.send(
            .POST,
            "/api/tenants",
            [
                "tenantName": "Burst", "subdomain": subdomain, "region": "us", "adminEmail": "a@bench.example",
                "adminPassword": "Bench#2026", "adminFullName": "A",
            ]
        )
        guard made.status == 201 || made.status == 409 else { throw BenchmarkFailure(made.text) }
        // The router learns of it within a second.
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            do {
                let client = try await hub.signedIn(subdomain, "a@bench.example", "Bench#2026")
                if made.status == 201 { try await fill(client) }
                return client
            } catch  where ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// One project with three pages of tasks.
    private func fill(_ client: HubClient) async throws {
        let project = try await client.send(.POST, "/api/projects", ["name": "Benchmark"]).decode(ProjectView.self)
        for number in 0..<30 {
            _ = try await client.send(.POST, "/api/projects/\(project.id)/tasks", ["title": "Task \(number)"])
        }
    }
}
