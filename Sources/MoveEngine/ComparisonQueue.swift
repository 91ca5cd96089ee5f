import Synchronization

/// The ranges that are still to be compared, and what was found in the others.
final class ComparisonQueue: Sendable {
    private let state: Mutex<(waiting: [KeyRange], verification: Verification)>

    init(_ ranges: [KeyRange], _ verification: Verification) {
        state = Mutex((ranges, verification))
    }

    var verification: Verification { state.withLock { $0.verification } }

    func take() -> KeyRange? { state.withLock { $0.waiting.popLast() } }

    /// - Parameter judgement: of the two digests; what the sides agree on counts for both, for while the stream runs the
    ///   digests of one moment may differ.
    /// - Returns: the number of rows compared so far.
    func add(
        _ range: KeyRange,
        _ source: RangeDigest,
        _ target: RangeDigest,
        _ judgement: Verification.Judgement
    ) -> Int {
        state.withLock { state in
            state.verification.add(range, judgement.agreed ?? source, judgement.agreed ?? target)
            if let mismatch = judgement.mismatch { state.verification.mismatches.append(mismatch) }
            state.verification.unsettledRows += judgement.unsettled
            return state.verification.rows
        }
    }
}
