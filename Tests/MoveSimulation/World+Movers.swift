import HubModel
import Moving

extension World {
    /// Whether somebody has the move who is awake; the lease of one who sleeps ends.
    var hasMover: Bool { movers.contains { $0.phase != .idle && !$0.isPaused } }

    /// Whether there is something to do.
    var needsMover: Bool {
        let move = directory.move
        return !move.state.isAtRest || move.wish != nil
    }

    func canProceed(_ mover: SimulatedMover) -> Bool {
        switch mover.phase {
        case .idle: return false
        case .adopting, .journalling: return directory.isUp
        case .acting(let operations):
            guard let operation = operations.first, let record = mover.record else { return true }
            return !isBlocked(operation, record, mover.memory)
        case .replied, .waiting: return true
        }
    }

    mutating func proceed(mover index: Int) {
        switch movers[index].phase {
        case .idle: break
        case .adopting: take(index)
        case .journalling: journal(index)
        case .acting(let operations): act(index, operations)
        case .replied(let reply): receive(index, reply)
        case .waiting: advance(index) { $0.resume() }
        }
    }

    /// Hears an operator's wish while something is in flight, or after a wait.
    mutating func hear(_ index: Int) {
        guard let wish = directory.move.wish, var machine = movers[index].machine else { return }
        movers[index].knownWish = wish
        let decision = machine.wish(wish)
        movers[index].machine = machine
        if let decision { begin(index, decision) }
    }

    /// What a mover that only learns that the connection is gone does.
    mutating func lose(_ index: Int) {
        movers[index].phase = .replied(.failure(MoveProblem(.unknown, "the connection was lost")))
    }

    // MARK: - Private

    /// An adopter takes whoever's move it is; a mover that takes its own anew takes it only if it is still its own.
    private mutating func take(_ index: Int) {
        if let own = movers[index].machine?.record.attempt, own != directory.move.attempt {
            return advance(index) { $0.fail(MoveProblem(.superseded, "another mover has the move")) }
        }
        var machine = movers[index].machine ?? MoveStateMachine(directory.move)
        directory.move.attempt = directory.move.attempt.next
        movers[index].memory = .init()
        movers[index].knownWish = directory.move.wish
        let decision = machine.take(seen(directory.move))
        movers[index].machine = machine
        begin(index, decision)
    }

    private func seen(_ record: MoveRecord) -> MoveRecord {
        guard has(.blindAdopter), record.isPastPointOfNoReturn, record.step == .open || record.step == .release else {
            return record
        }
        var seen = record
        seen.serving = record.giving
        seen.epoch = Epoch(rawValue: record.epoch.rawValue - 1)
        seen.step = .freeze
        return seen
    }

    private mutating func advance(
        _ index: Int,
        _ event: (inout MoveStateMachine) -> MoveStateMachine.Decision
    ) {
        guard var machine = movers[index].machine else { return }
        let decision = event(&machine)
        movers[index].machine = machine
        begin(index, decision)
    }

    private mutating func begin(_ index: Int, _ decision: MoveStateMachine.Decision) {
        movers[index].decision = decision
        switch decision.journalling {
        case .required: movers[index].phase = .journalling
        case .optional where rules.journalsAll: movers[index].phase = .journalling
        case .optional, .written: act(index, on: decision)
        }
    }

    private mutating func journal(_ index: Int) {
        guard let decision = movers[index].decision else { return }
        guard decision.record.attempt == directory.move.attempt || has(.attemptIgnoredByDirectory) else {
            return advance(index) { $0.fail(MoveProblem(.superseded, "another mover has the move")) }
        }
        guard directory.move.wish == movers[index].knownWish else { return lose(index) }
        directory.move = decision.record
        movers[index].knownWish = decision.record.wish
        act(index, on: decision)
    }

    private mutating func act(_ index: Int, on decision: MoveStateMachine.Decision) {
        switch decision.action {
        case .claim(let side): movers[index].phase = .acting([.claim(side)])
        case .perform(let step):
            movers[index].phase = .acting(Operation.operations(step, decision.record, rules.flaws))
        case .change(let step, let next): movers[index].phase = .acting(changing(step, next, decision.record))
        case .wait: movers[index].phase = .waiting
        case .adopt: movers[index].phase = .adopting
        case .rest, .stop:
            let isPaused = movers[index].isPaused
            movers[index] = SimulatedMover()
            movers[index].isPaused = isPaused
        }
    }

    private func changing(_ step: MoveStep, _ next: MoveRecord, _ record: MoveRecord) -> [Operation] {
        let change = Operation.change(step, next)
        switch step {
        case .unhold where has(.unheldFirst): return [.unfreeze(record.giving), change]
        case .release where has(.releasedFirst): return [.open(record.receiving), change]
        default: return [change]
        }
    }

    private mutating func act(_ index: Int, _ operations: [Operation]) {
        guard let operation = operations.first, let record = movers[index].record else {
            movers[index].phase = .replied(.success(.done))
            return
        }
        var memory = movers[index].memory
        let outcome = execute(operation, record, &memory)
        movers[index].memory = memory
        switch outcome {
        case .failed(let problem):
            movers[index].phase = .replied(.failure(problem))
        case .done:
            if case .change(_, let next) = operation { movers[index].knownWish = next.wish }
            let rest = Array(operations.dropFirst())
            movers[index].phase = rest.isEmpty ? .replied(.success(result(index, record))) : .acting(rest)
        }
    }

    private func result(_ index: Int, _ record: MoveRecord) -> MoveStepResult {
        guard record.step == .mark, let position = movers[index].memory.position else { return .done }
        return .marked(position)
    }

    private mutating func receive(_ index: Int, _ reply: SimulatedMover.Reply) {
        switch reply {
        case .success(let result):
            advance(index) { $0.succeed(result) }
        case .failure(let problem):
            let isStep = movers[index].record?.step != nil
            let isTakenAsFailed = has(.unknownRetried) && problem.code == .unknown && isStep
            advance(index) { $0.fail(isTakenAsFailed ? MoveProblem(.transient, problem.message) : problem) }
        }
    }
}
