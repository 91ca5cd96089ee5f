import FoundationEssentials
import HubModel
import MoveLoad

/// The people of one tenant who write and read at a steady rate, each answer held against a ledger.
struct Crowd: Sendable {
    let tenant: TrialTenant
    let traffic = Traffic(isTimed: true)
    /// Rows that were there before them.
    let known: Set<ObjectID>
    /// Each writes, or reads, once in a ``period``.
    let writers: Int
    let readers: Int
    let period: Duration

    /// Adds them to a group; they go home when the traffic is ended.
    func join(_ group: inout ThrowingTaskGroup<Void, any Error>) {
        let (tenant, traffic, period, isAmongOthers) = (tenant, traffic, period, !known.isEmpty)
        for number in 0..<writers {
            group.addTask {
                try await Task.sleep(for: period * number / max(1, writers))
                var writer = Writer(number + 1, tenant, traffic, pace: .every(period))
                await writer.run()
            }
        }
        for number in 0..<readers {
            group.addTask {
                try await Task.sleep(for: period * number / max(1, readers))
                var reader = Reader(number + 1, tenant, traffic, isAmongOthers: isAmongOthers, pace: .every(period))
                await reader.run()
            }
        }
    }

    /// The seconds of each answer that was under way within a time.
    func times(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> [Double] {
        traffic.report.times.filter { $0.at >= start && $0.at - $0.elapsed <= end }
            .map { $0.elapsed / .seconds(1) }
    }
}
