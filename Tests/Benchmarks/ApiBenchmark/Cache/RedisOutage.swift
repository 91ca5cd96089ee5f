import BenchmarkReport
import Glibc
import HubModel
import HubWire
import NIOHTTP1

/// What people notice of it when Redis dies: reads and writes of many tenants while it is killed and started again.
struct RedisOutage {
    private static let calm = Duration.seconds(3)
    private static let patience = Duration.seconds(60)

    private struct Answer: Sendable {
        let isWrite: Bool
        let start: ContinuousClock.Instant
        let elapsed: Double
        let failure: String?
    }

    let hub: Hub
    let tenants: LoadedTenants

    /// Whether every request was answered.
    func report() async throws -> Bool {
        try await CacheSwitch(hub: hub).turnOn()
        let people = Array(tenants.clients.prefix(16))
        var killed = ContinuousClock.now
        var (gateTime, hitTime) = (0.0, 0.0)
        var answers: [Answer] = []
        try await withThrowingTaskGroup(of: [Answer].self) { group in
            for (number, client) in people.enumerated() {
                group.addTask { try await work(client, isWriter: number % 4 == 0) }
            }
            try await Task.sleep(for: RedisOutage.calm)
            killed = .now
            kill(pid_t(try hub.pid(of: "redis-us")), SIGKILL)
            (gateTime, hitTime) = try await recovery(since: killed)
            try await Task.sleep(for: RedisOutage.calm)
            group.cancelAll()
            for try await some in group { answers += some }
        }
        let failed = answers.filter { $0.failure != nil }
        show(answers, killed: killed)
        print(
            """

              Goal: no failed request; a write waits at most 2.5 s. After \(gateTime.formatted(digits: 1)) s every backend \
            used the cache again, after \(hitTime.formatted(digits: 1)) s there were hits.
            """
        )
        for answer in failed.prefix(5) { print("  failed: \(answer.failure ?? "")") }
        return failed.isEmpty
    }

    // MARK: - Private

    private func show(_ answers: [Answer], killed: ContinuousClock.Instant) {
        var report = Report(columns: ["requests", "number", "failed", "p50 ms", "p99 ms", "longest ms"])
        for (name, isWrite) in [("reads", false), ("writes", true)] {
            for (when, isAfter) in [("before", false), ("from the kill on", true)] {
                // One that was under way when Redis died belongs to what follows.
                let some = answers.filter {
                    $0.isWrite == isWrite && ($0.start + .seconds($0.elapsed) >= killed) == isAfter
                }
                let times = some.map(\.elapsed)
                report.add([
                    "\(name) \(when)", String(some.count), String(some.filter { $0.failure != nil }.count),
                    (times.median * 1000).formatted(digits: 2), (times.percentile(0.99) * 1000).formatted(digits: 2),
                    ((times.max() ?? .nan) * 1000).formatted(digits: 0),
                ])
            }
        }
        report.print(
            title: "Redis is killed (kill -9) under 12 readers and 4 writers, a tenant each, and started again"
        )
    }

    private func work(_ client: HubClient, isWriter: Bool) async throws -> [Answer] {
        var answers: [Answer] = []
        let tasks = try await client.get("/api/tasks?limit=1").decode(Page<TaskView>.self)
        var round = 0
        while !Task.isCancelled {
            round += 1
            let start = ContinuousClock.now
            var failure: String?
            do {
                let answer =
                    if isWriter, let task = tasks.items.first {
                        try await client.send(
                            .PATCH,
                            "/api/tasks/\(task.id)/status",
                            ["status": round % 2 == 0 ? "completed" : "in-progress"]
                        )
                    } else {
                        try await client.get("/api/projects")
                    }
                if answer.status != 200 { failure = "\(answer.status) \(answer.text.prefix(200))" }
            } catch {
                if Task.isCancelled { break }
                failure = "\(error)"
            }
            let elapsed = (ContinuousClock.now - start).seconds
            answers.append(Answer(isWrite: isWriter, start: start, elapsed: elapsed, failure: failure))
            try? await Task.sleep(for: .milliseconds(5))
        }
        return answers
    }

    /// The seconds until every backend uses the cache again, and until each has served from it.
    private func recovery(since killed: ContinuousClock.Instant) async throws -> (gate: Double, hits: Double) {
        var gauges = try await CacheGauges.now(of: hub)
        var epoch = ""
        let before = try hub.inShard("SELECT epoch FROM cache_gate")
        func wait(_ condition: ([CacheGauges]) throws -> Bool) async throws -> Double {
            while true {
                gauges = try await CacheGauges.now(of: hub)
                if try condition(gauges) { return (ContinuousClock.now - killed).seconds }
                guard ContinuousClock.now - killed < RedisOutage.patience else {
                    throw BenchmarkFailure("the cache is not on again \(RedisOutage.patience) after Redis died")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let gate = try await wait { gauges in
            if epoch.isEmpty || epoch == before {
                epoch = try hub.inShard("SELECT epoch FROM cache_gate WHERE mode = 'on'")
            }
            return !epoch.isEmpty && epoch != before && gauges.allSatisfy { $0.isOpen == 1 }
        }
        let opened = gauges
        let hits = try await wait { now in zip(now, opened).allSatisfy { $0.hits > $1.hits } }
        return (gate, hits)
    }
}
