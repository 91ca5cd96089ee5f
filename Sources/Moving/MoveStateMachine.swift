/// A move, from a wish to its end: what is to be journalled, and what is to be done.
///
/// Whoever drives it, one mover at a time, keeps these rules:
///
/// - It first raises the attempt in the directory and hands the journal's record in (``take(_:)``).
/// - It writes a decision's record before it acts, where the decision requires that, and writes it again while that
///   fails for a while.
/// - It never has two things in flight. What was cancelled counts as in flight until it has ended.
/// - Whatever ends without an answer is a failure that is ``MoveProblem/Code/unknown``: a write of the journal too, and
///   one that found another wish there than the record was decided by.
/// - It measures the pause from before the freeze is sent; when ``MoveTiming/pauseBudget`` is spent it fails the step in
///   flight, or the next, as ``MoveProblem/Code/overdue``; but a commit that was sent it awaits.
///
/// Before the point of no return every failure undoes; after it every failure is tried again, for ever.
package struct MoveStateMachine: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// Raise the attempt on this side: ``MoveStep/claim``.
        case claim(MoveSide)
        case perform(MoveStep)
        /// Change the directory, on condition of the attempt and the epoch that the decision's record has; the record
        /// here is the journal's after it, in the same transaction.
        case change(MoveStep, MoveRecord)
        /// Nothing, until somebody wishes something.
        case rest
        /// ``resume()`` after so long.
        case wait(Duration)
        /// Raise the attempt in the directory, if it is still this record's there, and ``take(_:)`` what the journal says;
        /// if it is not, another mover has the move.
        case adopt
        /// Leave it alone: another mover has it.
        case stop
    }

    package enum Journalling: Hashable, Sendable {
        /// The journal has the record.
        case written
        /// The journal may be left as it is: an adopter that finds it so does what is right. Within the pause nobody
        /// should wait for it.
        case optional
        /// The record must be in the journal before the action begins.
        case required
    }

    package struct Decision: Hashable, Sendable {
        package let record: MoveRecord
        package let journalling: Journalling
        package let action: Action
    }

    private enum Stage: Hashable {
        case claiming(MoveSide)
        case performing
        case changing(MoveRecord)
        case waiting
        case resting
        case adopting
        case stopped
    }

    package private(set) var record: MoveRecord
    private let timing: MoveTiming
    private var stage = Stage.adopting
    /// Where this attempt was raised.
    private var claimed: Set<MoveSide> = []
    /// How often it has failed since a step last succeeded.
    private var failures = 0

    /// - Parameter record: the journal's, of a move that nobody works at here yet.
    package init(_ record: MoveRecord, timing: MoveTiming = MoveTiming()) {
        self.record = record
        self.timing = timing
    }

    /// Takes the move: its attempt was just raised in the directory, for this mover alone.
    package mutating func take(_ record: MoveRecord) -> Decision {
        precondition(record.attempt > self.record.attempt, "taking a move raises its attempt")
        claimed = []
        self.record = record
        let next = record.adopted(limit: timing.abortLimit)
        // While people wait, what was lost once is tried again at once.
        let isUrgent = next.step?.isUrgent ?? false
        let free = isUrgent ? 1 : 0
        return go(to: next, after: failures > free ? timing.backoff(after: failures - free, isUrgent: isUrgent) : nil)
    }

    /// What was in flight has succeeded.
    package mutating func succeed(_ result: MoveStepResult = .done) -> Decision {
        switch stage {
        case .claiming(let side):
            claimed.insert(side)
            return act(.written)
        case .performing:
            failures = 0
            return go(to: record.advanced(result))
        case .changing(let next):
            failures = 0
            record = next
            return go(to: next)
        case .waiting, .resting, .adopting, .stopped:
            preconditionFailure("nothing is in flight")
        }
    }

    /// What was in flight, or the writing of the journal, has failed.
    package mutating func fail(_ problem: MoveProblem) -> Decision {
        switch problem.code {
        case .superseded:
            stage = .stopped
            return Decision(record: record, journalling: .written, action: .stop)
        case .unknown:
            failures += 1
            stage = .adopting
            return Decision(record: record, journalling: .written, action: .adopt)
        case .transient, .refused, .copyLost, .overdue:
            failures += 1
            return turn(problem)
        }
    }

    /// A wait is over.
    package mutating func resume() -> Decision {
        guard case .waiting = stage else { preconditionFailure("nobody waits") }
        return act(.written)
    }

    /// An operator's wish, which stands in the journal already.
    ///
    /// - Returns: what to do now; nil while something is in flight, after which the wish is looked at. A driver may
    ///   cancel a long step for it.
    package mutating func wish(_ wish: MoveWish) -> Decision? {
        record.wish = wish
        record.aborts = 0
        switch stage {
        case .resting, .waiting: return go(to: record)
        case .claiming, .performing, .changing, .adopting, .stopped: return nil
        }
    }

    // MARK: - Private

    /// What becomes of a failure that is known not to have happened.
    private mutating func turn(_ problem: MoveProblem) -> Decision {
        guard let step = record.step else { preconditionFailure("nothing was to be done") }
        if step.isInPause { return go(to: record.aborting(problem, limit: timing.abortLimit)) }
        let isTemporary = problem.code == .transient || problem.code == .overdue
        switch record.state {
        case .copying where problem.code == .copyLost || (isTemporary && step == .copy):
            return go(to: record.copyingAgain(), after: backoff(for: step))
        case .catchingUp where problem.code == .copyLost:
            return go(to: record.copyingAgain(), after: backoff(for: step))
        case .copying where !isTemporary, .catchingUp where !isTemporary:
            return go(to: record.failed(problem))
        case .switching where step.isBeforePause && !isTemporary, .reversing where step.isBeforePause && !isTemporary:
            return go(to: record.givingUp(problem))
        case .planned, .copying, .catchingUp, .verified, .switching, .switched, .reversing, .completing, .cancelling,
            .failed, .completed, .cancelled, .reversed:
            return go(to: record.retrying(problem, limit: timing.abortLimit), after: backoff(for: step))
        }
    }

    private func backoff(for step: MoveStep) -> Duration {
        timing.backoff(after: failures, isUrgent: step.isUrgent)
    }

    private mutating func go(to next: MoveRecord, after delay: Duration? = nil) -> Decision {
        let before = record
        record = next.settled()
        // What was wished may undo what would have been waited for.
        if let delay, record.state == next.state, record.step != nil {
            stage = .waiting
            return Decision(record: record, journalling: journalling(since: before), action: .wait(delay))
        }
        return act(journalling(since: before))
    }

    private func journalling(since before: MoveRecord) -> Journalling {
        guard record != before else { return .written }
        guard let step = record.step else { return .required }
        // An adopter aborts from all of these, or does the step before again, and comes here.
        return step.isInPause || step.changesDirectory || step == .unfreeze ? .optional : .required
    }

    private mutating func act(_ journalling: Journalling) -> Decision {
        let action: Action
        if let step = record.step {
            if let side = record.sides(of: step).first(where: { !claimed.contains($0) }) {
                stage = .claiming(side)
                action = .claim(side)
            } else if step.changesDirectory {
                let next = record.advanced(.done)
                stage = .changing(next)
                action = .change(step, next)
            } else {
                stage = .performing
                action = .perform(step)
            }
        } else {
            stage = .resting
            action = .rest
        }
        return Decision(record: record, journalling: journalling, action: action)
    }
}
