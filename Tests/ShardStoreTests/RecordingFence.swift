import Caching
import Synchronization

@testable import ShardStore

/// A cache that fences whatever it is told, and keeps what it was told.
final class RecordingFence: WriteFencing {
    struct Raised: Sendable {
        let scope: CacheScope
        let row: GateRow
        let writer: WriterID
    }

    private struct Record {
        var raised: [Raised] = []
        var lowered: [TransactionEnding] = []
    }

    private let record = Mutex(Record())
    private let onRaise: @Sendable (Raised) async -> WriteFence?
    private let onLower: @Sendable (TransactionEnding) async -> Void

    /// - Parameters:
    ///   - onRaise: runs before the answer, and may give another.
    ///   - onLower: runs when a fence is lowered.
    init(
        onRaise: @escaping @Sendable (Raised) async -> WriteFence? = { _ in nil },
        onLower: @escaping @Sendable (TransactionEnding) async -> Void = { _ in }
    ) {
        self.onRaise = onRaise
        self.onLower = onLower
    }

    var raised: [Raised] { record.withLock { $0.raised } }
    var lowered: [TransactionEnding] { record.withLock { $0.lowered } }

    func raise(_ scope: CacheScope, _ row: GateRow, writer: WriterID) async -> WriteFence {
        let raised = Raised(scope: scope, row: row, writer: writer)
        record.withLock { $0.raised.append(raised) }
        if let answer = await onRaise(raised) { return answer }
        return .raised { ending in
            self.record.withLock { $0.lowered.append(ending) }
            await self.onLower(ending)
        }
    }
}

/// Counts from wherever it is called.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult
    func add() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
