import AuditStore
import BenchmarkReport
import FoundationEssentials
import Glibc
import HubModel
import HubTesting
import MoveLoad
import Postgres
import WebClients

/// What people who write pay for an audit store: the same load with and without one, in turn.
struct AuditWriters {
    let home: String
    let port: Int
    let rounds: Int
    let demo: WebClient
    let project: String
    let shard: PostgresPool
    let store: AuditDatabase

    private static let writers = 8
    private static let seconds = 16
    /// Before it counts, in seconds: the store needs a moment to see how much is written.
    private static let leadIn = 6
    /// How often each person writes who does not write as fast as it goes: all of them 100 times a second.
    private static let pace = Duration.milliseconds(80)

    /// - Returns: how many requests failed.
    func report() async throws -> Int {
        var with = Runs(), without = Runs()
        for round in 0..<rounds {
            // What comes second finds a larger project.
            if round.isMultiple(of: 2) { try await add(to: &with, control: try control()) }
            try await withoutStore { control in try await add(to: &without, control: control) }
            if !round.isMultiple(of: 2) { try await add(to: &with, control: try control()) }
        }
        reportTimes(with, without)
        reportCosts(with, without)
        return with.failures + without.failures
    }

    // MARK: - Private

    private func reportTimes(_ with: Runs, _ without: Runs) {
        var table = Report(columns: [
            "audit store", "writes/s", "p50 ms", "p99 ms", "p50 ms at 100/s", "p99 ms at 100/s",
        ])
        func rate(_ runs: Runs) -> Double { Double(runs.fast.times.count) / Double(AuditWriters.seconds * rounds) }
        for (name, runs) in [("with", with), ("without", without)] {
            table.add(
                name,
                rate(runs).formatted(digits: 0),
                runs.fast.times.median.formatted(digits: 2),
                runs.fast.times.percentile(0.99).formatted(digits: 1),
                runs.paced.times.median.formatted(digits: 2),
                runs.paced.times.percentile(0.99).formatted(digits: 1)
            )
        }
        table.print(
            title:
                "\(AuditWriters.writers) people create tasks, \(rounds) × \(AuditWriters.seconds) s each (goal: 3 % less at most)"
        )
        print("  writes/s with the store: \((rate(with) / rate(without)).formatted(digits: 3)) ×")
        let paced = with.paced.times.median / without.paced.times.median
        print("  time of a write at 100/s with the store: \(paced.formatted(digits: 3)) ×")
    }

    /// The store has a machine of its own where it matters: there only the shard's server pays.
    private func reportCosts(_ with: Runs, _ without: Runs) {
        for (load, keyPath) in [("as fast as it goes", \Runs.fast), ("at 100/s", \Runs.paced)] {
            var table = Report(columns: ["CPU µs a write", "with", "without", "ratio"])
            let loads = [with, without].map { $0[keyPath: keyPath] }
            for part in AuditCosts.Part.allCases {
                let figures = loads.map { $0.microseconds(part) }
                table.add(
                    part.rawValue,
                    figures[0].formatted(digits: 0),
                    figures[1].formatted(digits: 0),
                    figures[1] < 1 ? "–" : (figures[0] / figures[1]).formatted(digits: 3)
                )
            }
            table.print(title: "What a write costs, \(load)")
        }
    }

    // MARK: Load

    private struct Load {
        /// Milliseconds of each write.
        var times: [Double] = []
        var costs = AuditCosts()

        /// CPU of a part for each write.
        func microseconds(_ part: AuditCosts.Part) -> Double {
            (costs.seconds[part] ?? 0) * 1_000_000 / Double(times.count)
        }
    }

    private struct Runs {
        /// As fast as it goes.
        var fast = Load()
        var paced = Load()
        var failures = 0
    }

    private func add(to runs: inout Runs, control: pid_t) async throws {
        for (interval, part) in [(nil, \Runs.fast), (AuditWriters.pace, \Runs.paced)] {
            _ = try await load(every: interval, seconds: AuditWriters.leadIn)
            let before = try AuditCosts.now(home, control: control)
            let (times, failures) = try await load(every: interval, seconds: AuditWriters.seconds)
            runs[keyPath: part].costs += try AuditCosts.now(home, control: control) - before
            runs[keyPath: part].times += times
            runs.failures += failures
        }
    }

    /// - Parameter every: how often each person writes; nil for as fast as it goes.
    /// - Returns: the milliseconds of each write that was acknowledged, and how many were not.
    private func load(every interval: Duration?, seconds: Int) async throws -> (times: [Double], failures: Int) {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: ([Double], Int).self) { group in
            for number in 0..<AuditWriters.writers {
                group.addTask {
                    var times: [Double] = []
                    var failures = 0
                    var next = ContinuousClock.now
                    if let interval {
                        // Not all in the same moment.
                        next += interval * number / AuditWriters.writers
                        try await Task.sleep(until: next)
                    }
                    while ContinuousClock.now < end {
                        let answer = try await demo.post("/api/projects/\(project)/tasks", ["title": "Grow"])
                        if answer.status == 201 {
                            times.append(answer.elapsed.seconds * 1000)
                        } else {
                            failures += 1
                        }
                        guard let interval else { continue }
                        next += interval
                        try await Task.sleep(until: next)
                    }
                    return (times, failures)
                }
            }
            return try await group.reduce(into: ([], 0)) { all, run in
                all.0 += run.0
                all.1 += run.1
            }
        }
    }

    // MARK: Without a store

    private func control() throws -> pid_t { try GrowBenchmark.process("control", home) }

    /// Runs `body` while nothing follows the shard and hub-control knows no store, and lets the store catch up afterwards.
    private func withoutStore(_ body: (pid_t) async throws -> Void) async throws {
        let hold = "\(home)/run/control.hold"
        let held = try control()
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(held)/exe")
        var settings = try settings(of: held)
        for region in ["US", "EU", "APAC"] { settings["HUB_AUDIT_\(region)"] = "" }
        _ = FileManager.default.createFile(atPath: hold, contents: nil)
        guard kill(held, SIGTERM) == 0 else { throw ChildFailure("control cannot be stopped") }
        try await waitFor("control to stop") { kill(held, 0) != 0 }
        let source = AuditFeed(shard: ShardID("us-1")!, source: shard, peer: shard.configuration, store: store)
        try await source.remove()
        let other = try ChildProcess.start(
            [program, "--name", "control"],
            environment: settings,
            output: "\(home)/log/control-without-store.log"
        )
        let result: Result<Void, any Error>
        do {
            try await waitFor("hub-control to be ready") {
                (try? await WebClient(port: port + 1).get("/ready"))?.status == 200
            }
            result = .success(try await body(other))
        } catch {
            result = .failure(error)
        }
        kill(other, SIGTERM)
        ChildProcess.wait(for: other)
        try FileManager.default.removeItem(atPath: hold)
        try result.get()
        try await waitFor("the store to have caught up", within: .seconds(120)) {
            let state = try await source.state()
            guard state.activity != .stopped, let lag = state.lag, lag < 1 << 16 else { return false }
            return try await store.contents().waiting == 0
        }
        // What was copied once more leaves dead rows and dirty pages, which no store has that was never without its stream.
        for table in ["audit_logs", "audit_trail"] {
            _ = try await store.pool.query(
                PostgresQuery(unsafeSQL: "VACUUM ANALYZE \(table)").unprepared.within(.seconds(60))
            )
        }
        _ = try await store.pool.query(PostgresQuery("CHECKPOINT").unprepared.within(.seconds(60)))
    }

    /// The variables of a process that are the hub's.
    private func settings(of process: pid_t) throws -> [String: String] {
        let text = try String(contentsOfFile: "/proc/\(process)/environ", encoding: .utf8)
        let pairs = text.split(separator: "\0").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            .filter { $0.count == 2 }.map { ($0[0], $0[1]) }
        return Dictionary(pairs) { first, _ in first }.filter { $0.key.hasPrefix("HUB_") }
    }
}
