import BenchmarkReport
import Directory
import HubModel
import Placement
import Postgres
import Reactor

/// How soon a change that was committed to the directory is in the table that a router's next request reads.
struct Freshness {
    let configuration: PostgresConfiguration
    let reactor: Reactor
    let directory: FilledDirectory

    /// Suspends and resumes tenants at random, one commit at a time.
    func measure(commits: Int) async throws -> Report {
        let (snapshots, continuation) = AsyncStream.makeStream(of: (DirectorySnapshot, ContinuousClock.Instant).self)
        let feed = DirectoryFeed(
            configuration: configuration,
            reactor: reactor,
            file: nil,
            logger: logger,
            onSnapshot: { continuation.yield(($0, .now)) }
        )
        var fromCommit: [Double] = []
        var fromCall: [Double] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await feed.run() }
            defer { group.cancelAll() }
            var iterator = snapshots.makeAsyncIterator()
            guard await iterator.next() != nil else { return }
            for _ in 0..<commits {
                let index = Int.random(in: directory.names.indices)
                let state: TenantState =
                    try await directory.store.tenant(directory.identifiers[index]).state == .active
                    ? .suspended : .active
                let called = ContinuousClock.now
                _ = try await directory.store.setState(of: directory.identifiers[index], to: state, OperatorContext())
                let committed = ContinuousClock.now
                var arrived: ContinuousClock.Instant?
                while arrived == nil, let (snapshot, instant) = await iterator.next() {
                    if case .route(let route) = snapshot.lookup(directory.names[index]), route.state == state {
                        arrived = instant
                    }
                }
                guard let arrived else { return }
                // The news may overtake the acknowledgement.
                fromCommit.append(max(0, (arrived - committed).seconds * 1000))
                fromCall.append((arrived - called).seconds * 1000)
            }
        }
        var report = Report(columns: ["milliseconds, \(fromCommit.count) commits", "p50", "p99", "worst"])
        for (title, values) in [
            ("since the commit was acknowledged", fromCommit), ("since the change was asked for", fromCall),
        ] {
            report.add(
                title,
                values.percentile(0.5).formatted(digits: 2),
                values.percentile(0.99).formatted(digits: 2),
                values.percentile(1).formatted(digits: 2)
            )
        }
        return report
    }
}
