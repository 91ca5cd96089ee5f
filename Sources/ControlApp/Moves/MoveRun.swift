import Directory
import HubModel
import Logging
import Moving
import Observability
import Synchronization

/// One mover at one move: does what the state machine decides, until there is nothing to be done or another has the move.
struct MoveRun: Sendable {
    /// How long a move stays a mover's own when it says nothing; and how often it says something.
    static let lease = Duration.seconds(2)
    static let heartbeat = Duration.milliseconds(500)

    private let move: DirectoryMove
    private let holder: ProcessName
    private let directory: DirectoryStore
    private let verbs: ShardMover
    private let notes: MoveNotes
    private let census: HoldCensus
    private let failpoints: MoveFailpoints
    private let logger: Logger
    private let watch: MoveWatch

    init(
        _ move: DirectoryMove,
        holder: ProcessName,
        directory: DirectoryStore,
        verbs: ShardMover,
        notes: MoveNotes,
        census: HoldCensus,
        failpoints: MoveFailpoints,
        logger: Logger
    ) {
        self.move = move
        self.holder = holder
        self.directory = directory
        self.verbs = verbs
        self.notes = notes
        self.census = census
        self.failpoints = failpoints
        var logger = logger
        logger[metadataKey: LogField.tenant.rawValue] = "\(move.record.tenant)"
        logger[metadataKey: LogField.move.rawValue] = "\(move.record.id)"
        self.logger = logger
        watch = MoveWatch(attempt: move.record.attempt, wish: move.record.wish)
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await renew() }
            await drive()
            group.cancelAll()
        }
    }

    // MARK: - Private

    private var timing: MoveTiming {
        MoveTiming(pauseBudget: .milliseconds(move.options.pauseBudgetMilliseconds))
    }

    /// Says that the mover lives, and hears what is wished.
    private func renew() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: MoveRun.heartbeat)
            if Task.isCancelled { return }
            let progress = notes.takeProgress().map { MoveProgressText($0).json }
            do throws(DirectoryError) {
                let attempt = watch.attempt
                let wish = try await directory.renewMove(
                    move.record.id,
                    attempt,
                    lease: MoveRun.lease,
                    progress: progress
                )
                watch.hear(wish, in: attempt)
            } catch {
                // What this mover still does under an attempt that was followed by another is refused everywhere.
                if error.code == .superseded, !Task.isCancelled { watch.lose() }
            }
        }
    }

    private func drive() async {
        var before = move.record
        before.attempt = MoveAttempt(rawValue: before.attempt.rawValue - 1)
        var machine = MoveStateMachine(before, timing: timing)
        var decision = machine.take(move.record)
        var known = move.record.wish
        while !Task.isCancelled {
            if let wish = watch.takeWish(otherThan: machine.record.wish) {
                known = wish
                if let next = machine.wish(wish) { decision = next }
            }
            note(decision)
            if let next = await journal(decision, decidedBy: known, &machine) {
                decision = next
                continue
            }
            if decision.journalling == .required || decision.journalling == .optional { known = decision.record.wish }
            switch decision.action {
            case .claim(let side):
                let record = decision.record
                await failpoints.pass(.before, .claim, of: record.tenant)
                let outcome = await attempt(nil, record) { () throws(MoveProblem) in
                    try await verbs.claim(record, on: side)
                    return .done
                }
                await failpoints.pass(.after, .claim, of: record.tenant)
                decision = settle(outcome, &machine)
            case .perform(let step):
                let record = decision.record
                await failpoints.pass(.before, step, of: record.tenant)
                if step == .freeze { notes.freezeBegins() }
                let start = ContinuousClock.now
                let outcome = await attempt(step, record) { () throws(MoveProblem) in
                    try await verbs.perform(step, record)
                }
                noteEnd(of: step, since: start)
                await failpoints.pass(.after, step, of: record.tenant)
                decision = settle(outcome, &machine)
            case .change(let step, let next):
                if step == .certify { await takeCensus(decision.record) }
                await failpoints.pass(.before, step, of: next.tenant)
                let start = ContinuousClock.now
                let outcome = await change(step, decision.record, next)
                noteEnd(of: step, since: start)
                if step == .release, case .success = outcome { await notePause(decision.record) }
                await failpoints.pass(.after, step, of: next.tenant)
                if case .success = outcome { known = next.wish }
                decision = settle(outcome, &machine)
            case .wait(let duration):
                await watch.sleep(duration)
                if watch.isLost { return }
                if watch.hasWish(otherThan: machine.record.wish) { continue }
                decision = machine.resume()
            case .rest:
                await takeCensus(decision.record)
                if let progress = notes.takeProgress() {
                    _ = try? await directory.renewMove(
                        decision.record.id,
                        decision.record.attempt,
                        lease: MoveRun.lease,
                        progress: MoveProgressText(progress).json
                    )
                }
                // A wish that came just now has the move taken again, by whoever comes first.
                try? await directory.leaveMove(decision.record.id, decision.record.attempt)
                return
            case .adopt:
                guard let taken = await retake(decision.record) else { return }
                known = taken.wish
                decision = machine.take(taken)
            case .stop:
                logger.notice("another process has taken the move over")
                return
            }
        }
    }

    private typealias Outcome = Result<MoveStepResult, MoveProblem>

    private func settle(_ outcome: Outcome, _ machine: inout MoveStateMachine) -> MoveStateMachine.Decision {
        switch outcome {
        case .success(let result): return machine.succeed(result)
        case .failure(let problem):
            if problem.code != .superseded {
                logger.notice(
                    "a step of the move failed",
                    metadata: .fields([
                        .step: "\(machine.record.step?.rawValue ?? "-")", .error: "\(problem.message)",
                    ])
                )
            }
            return machine.fail(problem)
        }
    }

    /// Writes a decision down where it must be.
    ///
    /// - Returns: what comes of it when it could not be; nil to go on.
    private func journal(
        _ decision: MoveStateMachine.Decision,
        decidedBy wish: MoveWish?,
        _ machine: inout MoveStateMachine
    ) async -> MoveStateMachine.Decision? {
        switch decision.journalling {
        case .written: return nil
        case .optional where decision.record.step?.isInPause == true: return nil
        case .optional, .required: break
        }
        while true {
            do throws(DirectoryError) {
                try await directory.journal(decision.record, decidedBy: wish)
                return nil
            } catch {
                switch error.code {
                case .superseded: return machine.fail(MoveProblem(error))
                case .unavailable where !watch.isLost && !Task.isCancelled:
                    await watch.sleep(.milliseconds(200))
                default: return machine.fail(MoveProblem(.unknown, error.message))
                }
            }
        }
    }

    /// Does a step on the shards, for as long as it may take.
    private func attempt(
        _ step: MoveStep?,
        _ record: MoveRecord,
        _ body: @escaping @Sendable () async throws(MoveProblem) -> MoveStepResult
    ) async -> Outcome {
        var limit: Duration?
        if let step, step.isInPause {
            limit = remainingPause
            if let limit, limit <= .zero { return .failure(overdue(at: step)) }
        }
        // A cancellation that was wished ends what takes long and can be given up.
        let isLong = step == .copy || step == .catchUp || step == .verify
        return await watch.interruptibly(isInterruptible: isLong, within: limit) {
            do throws(MoveProblem) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        } ?? .failure(limit.map { _ in overdue(at: step) } ?? MoveProblem(.transient, "the step was interrupted"))
    }

    private var remainingPause: Duration {
        notes.frozenAt.map { timing.pauseBudget - (ContinuousClock.now - $0) } ?? timing.pauseBudget
    }

    private func overdue(at step: MoveStep?) -> MoveProblem {
        MoveProblem(
            .overdue,
            "the switch was at '\(step?.rawValue ?? "")' when its \(move.options.pauseBudgetMilliseconds) ms were spent, so it "
                + "was undone; it is tried again, or give the next move a larger --pause-budget"
        )
    }

    /// Changes the directory, which is one transaction with the journal.
    private func change(_ step: MoveStep, _ record: MoveRecord, _ next: MoveRecord) async -> Outcome {
        if step == .commit, remainingPause <= .zero { return .failure(overdue(at: step)) }
        do throws(DirectoryError) {
            switch step {
            case .hold: try await directory.hold(record, then: next)
            case .commit: try await directory.commit(record, then: next, comparing: notes.tables)
            case .release: try await directory.release(record, then: next)
            case .unhold:
                try await directory.unhold(record, then: next)
                notes.frozenAt = nil
            case .certify: try await directory.certify(record, then: next)
            default: return .failure(MoveProblem(.refused, "\(step.rawValue) is no change of the directory"))
            }
            return .success(.done)
        } catch {
            return .failure(MoveProblem(error))
        }
    }

    /// Has the routers' share of what people felt in the journal; a wish is not kept waiting for it.
    private func takeCensus(_ record: MoveRecord) async {
        await census.take(of: record) { interval in
            await watch.sleep(interval)
            return !watch.isLost && !Task.isCancelled && !watch.hasWish(otherThan: record.wish)
        }
    }

    private func notePause(_ record: MoveRecord) async {
        guard let frozenAt = notes.frozenAt else { return }
        let pause = ContinuousClock.now - frozenAt
        notes.frozenAt = nil
        notes.update { $0.predictedPause = pause }
        try? await directory.notePause(
            of: record.id,
            epoch: record.epoch,
            pause
        )
        logger.notice(
            "the tenant has changed shards",
            metadata: .fields([
                .pause: "\(pause / .milliseconds(1))", .steps: "\(notes.steps)", .epoch: "\(record.epoch)",
            ])
        )
    }

    /// Raises the attempt; nil when another has the move, or this process ends.
    private func retake(_ record: MoveRecord) async -> MoveRecord? {
        while !Task.isCancelled {
            do throws(DirectoryError) {
                let taken = try await directory.retakeMove(
                    record.id,
                    after: watch.attempt,
                    for: holder,
                    lease: MoveRun.lease
                )
                watch.took(taken.attempt)
                return taken
            } catch {
                if error.code == .superseded {
                    // It may have been raised by this very process, whose answer was lost: then the lease runs out.
                    return nil
                }
                await watch.sleep(.milliseconds(200))
                if watch.isLost { return nil }
            }
        }
        return nil
    }

    private func noteEnd(of step: MoveStep, since start: ContinuousClock.Instant) {
        notes.add(step, .now - start)
        logger.debug(
            "a step of a move has ended",
            metadata: .fields([
                .step: "\(step.rawValue)", .duration: "\((ContinuousClock.now - start) / .milliseconds(1))",
            ])
        )
    }

    private func note(_ decision: MoveStateMachine.Decision) {
        logger.debug(
            "a move goes on",
            metadata: .fields([
                .step: "\(decision.record.state.rawValue) \(decision.record.step?.rawValue ?? "")",
                .attempt: "\(decision.record.attempt.rawValue)",
            ])
        )
    }
}
