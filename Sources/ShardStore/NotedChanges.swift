import Caching
import Synchronization

/// What the verbs of one write transaction have changed of what the cache holds.
final class NotedChanges: Sendable {
    private let changes = Mutex<[CacheChange]>([])

    /// Without repetition, in the order in which they came.
    var all: [CacheChange] { changes.withLock { $0 } }

    func note(_ change: CacheChange) {
        changes.withLock { if !$0.contains(change) { $0.append(change) } }
    }
}
