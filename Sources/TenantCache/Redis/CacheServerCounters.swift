import Synchronization

/// What the copies of a ``CacheServer`` count together.
final class CacheServerCounters: Sendable {
    private let commands = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let latest = Mutex<String?>(nil)

    func countCommand() { commands.wrappingAdd(1, ordering: .relaxed) }
    func countError(_ reason: String) {
        errors.wrappingAdd(1, ordering: .relaxed)
        latest.withLock { $0 = reason }
    }

    /// Why the latest of the errors was one.
    var latestError: String? { latest.withLock { $0 } }

    func countRefused(_ amount: Int) { refused.wrappingAdd(amount, ordering: .relaxed) }

    /// The values now, each exact, though not all of the same instant.
    func snapshot() -> CacheServerStatistics {
        var statistics = CacheServerStatistics()
        statistics.commands = commands.load(ordering: .relaxed)
        statistics.errors = errors.load(ordering: .relaxed)
        statistics.refused = refused.load(ordering: .relaxed)
        return statistics
    }
}
