import BenchmarkReport
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad

/// A large tenant goes back and forth between two shards while its people write and read, and a neighbour's people on the
/// first shard feel it or do not.
struct PauseTrial {
    let hub: LocalHub
    let tasks: Int
    let moves: Int
    /// A second, of the whole tenant.
    let writes: Int
    let reads: Int

    /// Once in this time each of them does something.
    private static let period = Duration.milliseconds(100)
    private static let calm = Duration.seconds(30)

    /// - Returns: whether no request failed and every ledger balances.
    func report() async throws -> Bool {
        print("\nLoading a tenant of \(Double(tasks).formatted(digits: 0)) tasks …")
        let projects = max(1, tasks / 1000)
        try await hub.load(tenants: 1, projects: projects, tasks: tasks / projects)
        let there = try await hub.tenants(of: "us-1")
        guard let large = there.first(where: { $0.subdomain.rawValue != "demo" }),
            let demo = there.first(where: { $0.subdomain.rawValue == "demo" })
        else { throw ChildFailure("us-1 has no tenant besides demo") }
        let crowd = try await self.crowd(large, writers: writes / 10, readers: reads / 10)
        let neighbour = try await self.crowd(demo, writers: 1, readers: 4)
        let (start, departure, journeys, arrival) = try await withThrowingTaskGroup(of: Void.self) { group in
            crowd.join(&group)
            neighbour.join(&group)
            // They go home whatever happens, and the group ends when they have.
            defer { for crowd in [crowd, neighbour] { crowd.traffic.end() } }
            return try await travel(crowd, neighbour)
        }
        printJourneys(journeys, crowd, start, departure, arrival)
        printNeighbour(neighbour, start, departure, arrival)
        return try await judge([("the tenant", crowd), ("the neighbour", neighbour)])
    }

    // MARK: - Private

    private typealias Instant = ContinuousClock.Instant

    private func crowd(_ tenant: DirectoryTenantView, writers: Int, readers: Int) async throws -> Crowd {
        Crowd(
            tenant: try await hub.people(of: tenant),
            known: try await hub.known(of: tenant.id, on: "us-1"),
            writers: writers,
            readers: readers,
            period: PauseTrial.period
        )
    }

    private func travel(
        _ crowd: Crowd,
        _ neighbour: Crowd
    ) async throws -> (start: Instant, departure: Instant, [Journey], arrival: Instant) {
        // Connections, caches and prepared statements come first.
        try await Task.sleep(for: .seconds(5))
        let start = ContinuousClock.now
        try await Task.sleep(for: PauseTrial.calm)
        let departure = ContinuousClock.now
        var journeys: [Journey] = []
        for number in 0..<moves {
            let target = number.isMultiple(of: 2) ? "eu-1" : "us-1"
            let journey = try await Journey(of: crowd.tenant, to: target, budget: 1000, on: hub)
            journeys.append(journey)
            print(
                """
                  \(number + 1). to \(target): \((journey.whole / .seconds(1)).formatted(digits: 1)) s, \
                \(Double(journey.rows).formatted(digits: 0)) rows, pause \(journey.pause.formatted(digits: 0)) ms, \
                longest answer \((crowd.longest(in: journey.switching) * 1000).formatted(digits: 0)) ms, \
                \(journey.aborts) aborts, failed \(crowd.traffic.report.failures)
                """
            )
        }
        return (start, departure, journeys, .now)
    }

    private func printJourneys(
        _ journeys: [Journey],
        _ crowd: Crowd,
        _ start: Instant,
        _ departure: Instant,
        _ arrival: Instant
    ) {
        let felt = journeys.map { crowd.longest(in: $0.switching) * 1000 }
        let pauses = journeys.map(\.pause)
        var report = Report(columns: ["\(journeys.count) moves", "p50", "p95", "worst"])
        func add(_ name: String, _ values: [Double], digits: Int = 0) {
            report.add(
                name,
                values.median.formatted(digits: digits),
                values.percentile(0.95).formatted(digits: digits),
                (values.max() ?? .nan).formatted(digits: digits)
            )
        }
        add("longest answer of a switch, ms", felt)
        add("from freeze to release, ms", pauses)
        add("whole move, s", journeys.map { $0.whole / .seconds(1) }, digits: 1)
        add("copied rows/s under load", journeys.map { Double($0.rows) / ($0.copying / .seconds(1)) })
        report.print(
            title: """
                A tenant of \(Double(tasks).formatted(digits: 0)) tasks goes back and forth; wanted \(writes) writes and \
                \(reads) reads a second (goal: longest answer p95 ≤ 100 ms, worst ≤ 250 ms)
                """
        )
        var answers = Report(columns: ["the tenant's answers", "a second", "p50 ms", "p99 ms", "longest ms"])
        for (name, from, to) in [("without a move", start, departure), ("while it moves", departure, arrival)] {
            let times = crowd.times(from: from, to: to)
            answers.add(
                name,
                (Double(times.count) / ((to - from) / .seconds(1))).formatted(digits: 0),
                (times.median * 1000).formatted(digits: 1),
                (times.percentile(0.99) * 1000).formatted(digits: 1),
                ((times.max() ?? .nan) * 1000).formatted(digits: 0)
            )
        }
        answers.print(title: "Every answer, by the clock of those who asked")
    }

    private func printNeighbour(_ crowd: Crowd, _ start: Instant, _ departure: Instant, _ arrival: Instant) {
        let (calm, moving) = (crowd.times(from: start, to: departure), crowd.times(from: departure, to: arrival))
        var report = Report(columns: ["a neighbour on us-1", "answers", "p50 ms", "p99 ms", "× p99"])
        for (name, times) in [("without a move", calm), ("while the tenant moves", moving)] {
            report.add(
                name,
                String(times.count),
                (times.median * 1000).formatted(digits: 1),
                (times.percentile(0.99) * 1000).formatted(digits: 1),
                (times.percentile(0.99) / calm.percentile(0.99)).formatted(digits: 2)
            )
        }
        report.print(title: "Ten writes and forty reads a second of another tenant (goal: p99 ≤ 1.5 ×)")
    }

    private func judge(_ crowds: [(String, Crowd)]) async throws -> Bool {
        var report = Report(columns: ["", "answers", "failed requests", "ledger differences"])
        var isClean = true
        for (name, crowd) in crowds {
            let told = crowd.traffic.report
            let violations = try await hub.violations(of: crowd.tenant, crowd.traffic, except: crowd.known)
            let failures = told.failures.values.reduce(0, +)
            report.add(
                name,
                Double(told.answers).formatted(digits: 0),
                failures == 0 ? "0" : "\(failures) \(told.failures)",
                String(violations.count)
            )
            isClean = isClean && failures == 0 && violations.isEmpty
            for line in told.samples.prefix(5) { print("  \(name): \(line)") }
            for violation in violations.prefix(5) { print("  \(name): \(violation)") }
        }
        report.print(title: "What became of every request and of every acknowledged write (goal: 0 and 0)")
        return isClean
    }
}

extension Crowd {
    /// The seconds of the longest answer that was under way in a time.
    fileprivate func longest(in time: (from: ContinuousClock.Instant, to: ContinuousClock.Instant)) -> Double {
        times(from: time.from, to: time.to).max() ?? .nan
    }
}
