import Synchronization

/// The ranges that are still to be compared, and what was found in the others.
final class ComparisonQueue: Sendable {
    private let state: Mutex<(waiting: [KeyRange], verification: Verification)>

    init(_ ranges: [KeyRange], _ verification: Verification) {
        state = Mutex((ranges, verification))
    }

    var verification: Verification { state.withLock { $0.verification } }

    func take() -> KeyRange? { state.withLock { $0.waiting.popLast() } }

    /// - Returns: the number of rows compared so far.
    func add(
        _ range: KeyRange,
        _ source: RangeDigest,
        _ target: RangeDigest,
        _ mismatch: Verification.Mismatch?,
        unsettled: Int
    ) -> Int {
        state.withLock { state in
            state.verification.add(range, source, target)
            if let mismatch { state.verification.mismatches.append(mismatch) }
            state.verification.unsettledRows += unsettled
            return state.verification.rows
        }
    }
}
