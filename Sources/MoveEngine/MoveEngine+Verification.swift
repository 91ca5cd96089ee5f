import HubModel
import Postgres
import ShardStore

extension MoveEngine {
    /// Compares the two shards range by range while the stream runs, and looks for orphans at the target.
    ///
    /// A range that differs is looked at row by row: what the source had before a marker, and still has after it has come,
    /// the target must have too. A row that changes meanwhile is asked about again, after the next marker.
    ///
    /// A slot of its own remembers what the source writes from the beginning of this on: that is all that the check within
    /// the switch of a large tenant has to look at. If open transactions keep the slot from being made, it does without.
    ///
    /// - Parameters:
    ///   - streams: ranges that are compared at once.
    ///   - patience: how long a marker may take.
    ///   - progress: called after each range with the number of rows compared so far.
    /// - Throws: what keeps it from being done; what it finds is in the answer.
    package func verify(
        rangeRows: Int = 20_000,
        streams: Int = 2,
        patience: Duration = .seconds(30),
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(MoveError) -> Verification {
        let trail = try await layTrail(within: patience)
        let ranges = try await ranges(at: source, size: rangeRows)
        var verification = try await compare(ranges, streams: streams, progress: progress) { range throws(MoveError) in
            try await self.settle(.range(range), patience: patience)
        }
        verification.orphans = try await orphans()
        verification.trail = trail
        verification.catalog = try await carriedTables(at: source)
        return verification
    }

    /// Compares the two shards when nothing moves: the source is frozen, and everything has come.
    ///
    /// - Parameters:
    ///   - limit: how long it may take; the tenant waits.
    ///   - verification: the last one, which found nothing. Then of a tenant with more rows than `everything` only those
    ///     are compared that the source has written since: by its log, so the time depends on the changes, not on the size.
    ///   - rangeRows: rows that are hashed by one statement.
    /// - Throws: `.late`.
    package func check(
        within limit: Duration,
        since verification: Verification? = nil,
        everything: Int = 20_000,
        rangeRows: Int = 20_000,
        streams: Int = 4
    ) async throws(MoveError) -> Verification {
        try await bounded(limit, "the final check") { () throws(MoveError) in
            if let verification, verification.isEqual, verification.trail != nil, verification.rows > everything {
                return try await checkChanges(since: verification)
            }
            let ranges = try await ranges(at: source, size: rangeRows)
            return try await compareAtRest(ranges, streams: streams)
        }
    }

    /// Compares ranges of which neither side is written meanwhile.
    func compareAtRest(
        _ ranges: [KeyRange],
        streams: Int,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(MoveError) -> Verification {
        try await compare(ranges, streams: streams, progress: progress) { range throws(MoveError) in
            let (source, target) = try await self.both { side throws(MoveError) in
                try await rows(of: .range(range), at: side)
            }
            let keys = differences(source, target)
            return Verification.Judgement(mismatch: Verification.Mismatch(.range(range), keys, source, target))
        }
    }

    // MARK: - Private

    private func compare(
        _ ranges: [KeyRange],
        streams: Int,
        progress: @escaping @Sendable (Int) -> Void,
        _ judge: @escaping @Sendable (KeyRange) async throws(MoveError) -> Verification.Judgement
    ) async throws(MoveError) -> Verification {
        let queue = ComparisonQueue(ranges, Verification(ShardSchema.carriedTables))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<streams {
                    group.addTask {
                        while let range = queue.take() {
                            try Task.checkCancellation()
                            let (source, target) = try await both { side throws(MoveError) in
                                try await digest(of: range, at: side)
                            }
                            let judgement =
                                source == target ? Verification.Judgement(agreed: source) : try await judge(range)
                            progress(queue.add(range, source, target, judgement))
                        }
                    }
                }
                try await group.waitForAll()
            }
        } catch let error as MoveError {
            throw error
        } catch {
            throw MoveError(.cancelled, "the comparison was cancelled")
        }
        return queue.verification
    }

    /// Decides about a range that differs while the stream runs.
    func settle(
        _ selection: RowSelection,
        patience: Duration
    ) async throws(MoveError) -> Verification.Judgement {
        var doubtful: Set<String>?
        var wrong: Set<String> = []
        var previous: [String: RowVersion] = [:]
        var rounds = 0
        while true {
            rounds += 1
            let before = try await rows(of: selection, at: source)
            try await awaitMarker(mark(), within: patience)
            let target = try await rows(of: selection, at: target)
            let after = try await rows(of: selection, at: source)
            var keys = differences(after, target)
            if let doubtful { keys.formIntersection(doubtful) }
            // Nothing has written the row at the source since before the marker: the target must have it as it is there.
            // One that it did not have either time may have come and gone in between; it cannot be there still, in the same
            // version, after the next marker.
            wrong.formUnion(
                keys.filter {
                    before[$0] == after[$0] && (after[$0] != nil || previous[$0] != nil && previous[$0] == target[$0])
                }
            )
            keys.subtract(wrong)
            if keys.isEmpty || rounds == 5 {
                if let mismatch = Verification.Mismatch(selection, wrong, after, target) {
                    return Verification.Judgement(mismatch: mismatch, unsettled: keys.count)
                }
                let agreed = target.filter { !keys.contains($0.key) }.values.reduce(RangeDigest()) { sum, row in
                    sum + RangeDigest(rows: 1, hash: row.hash)
                }
                return Verification.Judgement(agreed: agreed, unsettled: keys.count)
            }
            (doubtful, previous) = (keys, target)
        }
    }

    /// The keys of which the two sides do not say the same.
    func differences(_ source: [String: RowVersion], _ target: [String: RowVersion]) -> Set<String> {
        Set(source.keys).union(target.keys).filter { source[$0]?.hash != target[$0]?.hash }
    }

    /// Asks both shards at once.
    func both<Answer: Sendable>(
        _ ask: @Sendable (MoveSide) async throws(MoveError) -> Answer
    ) async throws(MoveError) -> (source: Answer, target: Answer) {
        do {
            async let source = ask(source)
            async let target = ask(target)
            return try await (source, target)
        } catch let error as MoveError {
            throw error
        } catch {
            throw MoveError(.failed, "\(error)")
        }
    }
}

extension Verification.Mismatch {
    /// How many keys of each kind are kept.
    private static let few = 5

    init?(
        _ selection: RowSelection,
        _ keys: Set<String>,
        _ source: [String: RowVersion],
        _ target: [String: RowVersion]
    ) {
        if keys.isEmpty { return nil }
        let sorted = keys.sorted()
        table = selection.table.name
        range = selection.summary
        missing = Array(sorted.filter { target[$0] == nil }.prefix(Self.few))
        extra = Array(sorted.filter { source[$0] == nil }.prefix(Self.few))
        different = Array(sorted.filter { source[$0] != nil && target[$0] != nil }.prefix(Self.few))
        count = keys.count
    }
}
