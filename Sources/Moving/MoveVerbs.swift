package import HubModel

/// The steps that are done on the shards, one verb each; an engine does them, and a dry run says what it would do.
///
/// A verb may be called again after it succeeded, failed or was cut off, and then finds out by itself what is left to
/// do. Whatever it changes on a shard it changes on condition that no higher attempt was claimed there, in the same
/// transaction and under a lock that a claim waits for.
package protocol MoveVerbs: Sendable {
    func claim(_ move: MoveRecord, on side: MoveSide) async throws(MoveProblem)
    func clear(_ move: MoveRecord) async throws(MoveProblem)
    func publish(_ move: MoveRecord) async throws(MoveProblem)
    func copy(_ move: MoveRecord) async throws(MoveProblem)
    func subscribe(_ move: MoveRecord) async throws(MoveProblem)
    func resumeForward(_ move: MoveRecord) async throws(MoveProblem)
    func catchUp(_ move: MoveRecord) async throws(MoveProblem)
    func openReverse(_ move: MoveRecord) async throws(MoveProblem)
    /// - Throws: a difference, as ``MoveProblem/Code/refused``, with table, range and rows.
    func verify(_ move: MoveRecord) async throws(MoveProblem) -> [TableComparison]
    func warm(_ move: MoveRecord) async throws(MoveProblem)
    /// Conditional on the giving shard's being active at the record's epoch.
    func freeze(_ move: MoveRecord) async throws(MoveProblem)
    func mark(_ move: MoveRecord) async throws(MoveProblem) -> LogPosition
    func drain(_ move: MoveRecord) async throws(MoveProblem)
    /// - Throws: a difference, as ``MoveProblem/Code/refused``.
    func check(_ move: MoveRecord) async throws(MoveProblem) -> [TableComparison]
    func turn(_ move: MoveRecord) async throws(MoveProblem)
    /// Conditional on the receiving shard's epoch being lower than the record's.
    func open(_ move: MoveRecord) async throws(MoveProblem)
    /// Conditional on the giving shard's epoch being lower than the record's.
    func leave(_ move: MoveRecord) async throws(MoveProblem)
    func follow(_ move: MoveRecord) async throws(MoveProblem)
    /// From frozen or active at the record's epoch to active at the next: whether it was frozen or not. If it was not,
    /// readers at the old epoch still find the ownership in the cache, so this fences that item as the freeze does.
    func unfreeze(_ move: MoveRecord) async throws(MoveProblem)
    func dropReverse(_ move: MoveRecord) async throws(MoveProblem)
    func deleteSource(_ move: MoveRecord) async throws(MoveProblem)
    func dropStreams(_ move: MoveRecord) async throws(MoveProblem)
    func deleteTarget(_ move: MoveRecord) async throws(MoveProblem)
    func checkEmpty(_ move: MoveRecord) async throws(MoveProblem)
}

extension MoveVerbs {
    /// Does a step that is none of the directory's, nor a claim.
    package func perform(_ step: MoveStep, _ move: MoveRecord) async throws(MoveProblem) -> MoveStepResult {
        switch step {
        case .clear: try await clear(move)
        case .publish: try await publish(move)
        case .copy: try await copy(move)
        case .subscribe: try await subscribe(move)
        case .resumeForward: try await resumeForward(move)
        case .catchUp: try await catchUp(move)
        case .openReverse: try await openReverse(move)
        case .verify: return .compared(try await verify(move))
        case .warm: try await warm(move)
        case .freeze: try await freeze(move)
        case .mark: return .marked(try await mark(move))
        case .drain: try await drain(move)
        case .check: return .compared(try await check(move))
        case .turn: try await turn(move)
        case .open: try await open(move)
        case .leave: try await leave(move)
        case .follow: try await follow(move)
        case .unfreeze: try await unfreeze(move)
        case .dropReverse: try await dropReverse(move)
        case .deleteSource: try await deleteSource(move)
        case .dropStreams: try await dropStreams(move)
        case .deleteTarget: try await deleteTarget(move)
        case .checkEmpty: try await checkEmpty(move)
        case .claim, .hold, .commit, .release, .unhold, .certify:
            preconditionFailure("\(step) is not done by a verb of the shards")
        }
        return .done
    }
}
