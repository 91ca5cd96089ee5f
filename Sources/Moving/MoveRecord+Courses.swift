import HubModel

/// Where a move goes from where it stands; nothing here is done yet, only decided.
extension MoveRecord {
    /// After its step has succeeded.
    ///
    /// - Parameter result: what the step brought.
    func advanced(_ result: MoveStepResult) -> MoveRecord {
        guard let step else { preconditionFailure("a move at rest has no step to succeed") }
        var next = self
        if case .marked(let position) = result { next.mark = position }
        switch state {
        case .switching, .reversing: next.advanceSwitch(after: step)
        case .copying, .catchingUp, .completing, .cancelling: next.advanceInOrder(after: step)
        case .planned, .verified, .switched, .failed, .completed, .cancelled, .reversed:
            preconditionFailure("a move at rest has no step to succeed")
        }
        return next
    }

    /// What an adopter makes of it before it does anything.
    ///
    /// From the freeze on and before the commit, nobody can tell how far the mover before came, and people wait: the
    /// switch is aborted, which is right however far it was. Nobody need look whether the commit has happened, for it
    /// wrote the journal in its own transaction; and the attempt that the adopter has raised keeps it from happening now.
    func adopted(limit: Int32) -> MoveRecord {
        guard let step else { return self }
        if step == .copy { return copyingAgain() }
        guard step.isInPause else { return self }
        let problem = MoveProblem(.transient, "the mover was lost during the switch, which was aborted")
        return aborting(problem, limit: limit)
    }

    /// Begins what is wished, if it can begin now; a move that is only planned begins anyway.
    func settled() -> MoveRecord {
        var next = self
        switch (state, wish) {
        case (.planned, .cancel), (.copying, .cancel), (.catchingUp, .cancel), (.verified, .cancel), (.failed, .cancel):
            next.begin(.cancelling, .dropStreams)
        case (.planned, _):
            next.begin(.copying, .clear, keepingWish: true)
        case (.verified, .switch):
            next.begin(.switching, .warm, keepingWish: true)
        case (.verified, .verify):
            next.begin(.catchingUp, .verify)
        case (.switched, .reverse):
            next.begin(.reversing, .catchUp, keepingWish: true)
        case (.switched, .complete):
            next.begin(.completing, .dropReverse)
        case (.failed, .resume):
            next = copyingAgain()
            next.wish = nil
            next.problem = nil
        default:
            break
        }
        return next
    }

    /// Undoes a switch that is not committed.
    func aborting(_ problem: MoveProblem, limit: Int32) -> MoveRecord {
        var next = self
        next.step = .unfreeze
        next.mark = nil
        next.count(problem, limit: limit)
        return next
    }

    /// Stays at its step; a switch that nothing has been done for is given up after so many failures.
    func retrying(_ problem: MoveProblem, limit: Int32) -> MoveRecord {
        var next = self
        next.problem = problem
        guard isReadying else { return next }
        next.count(problem, limit: limit)
        return next.wish == nil ? next.givingUp(problem) : next
    }

    /// Rests where it was before the switch that nothing has been done for.
    func givingUp(_ problem: MoveProblem) -> MoveRecord {
        var next = self
        next.state = direction == .forward ? .verified : .switched
        next.step = nil
        next.wish = nil
        next.problem = problem
        return next
    }

    /// Makes the copy again, under the next generation.
    func copyingAgain() -> MoveRecord {
        var next = self
        next.state = .copying
        next.step = .clear
        next.generation = generation.next
        return next
    }

    func failed(_ problem: MoveProblem) -> MoveRecord {
        var next = self
        next.state = .failed
        next.step = nil
        if wish != .cancel { next.wish = nil }
        next.problem = problem
        return next
    }

    // MARK: - Private

    /// Whether a switch is being made ready, and each failure counts.
    private var isReadying: Bool {
        switch (state, step) {
        case (.switching, .warm), (.reversing, .warm), (.reversing, .catchUp), (.reversing, .verify): true
        default: false
        }
    }

    private mutating func count(_ problem: MoveProblem, limit: Int32) {
        self.problem = problem
        aborts += 1
        if aborts >= limit || problem.code == .refused || problem.code == .copyLost { wish = nil }
    }

    private mutating func begin(_ state: MoveState, _ step: MoveStep, keepingWish: Bool = false) {
        self.state = state
        self.step = step
        problem = nil
        if !keepingWish { wish = nil }
    }

    private mutating func rest(_ state: MoveState) {
        self.state = state
        step = nil
    }

    /// Copying, catching up, completing and cancelling go through their steps one after another.
    private mutating func advanceInOrder(after done: MoveStep) {
        let rest = state.steps.drop { $0 != done }.dropFirst()
        step = rest.first
        guard step == nil else { return }
        switch state {
        case .copying: (state, step) = (.catchingUp, .catchUp)
        case .catchingUp: state = .verified
        case .completing: state = .completed
        case .cancelling: state = .cancelled
        case .planned, .verified, .switching, .switched, .reversing, .failed, .completed, .cancelled, .reversed:
            preconditionFailure("\(state) does not go through its steps in order")
        }
        if state != .catchingUp, state != .verified { problem = nil }
    }

    private mutating func advanceSwitch(after done: MoveStep) {
        switch done {
        case .resumeForward: step = .catchUp
        case .catchUp: step = .verify
        case .verify: if wish == .reverse { step = .warm } else { rest(.switched) }
        case .warm: step = .hold
        case .hold: step = .freeze
        case .freeze: step = .mark
        case .mark: step = .drain
        case .drain: step = .check
        case .check: step = .turn
        case .turn: step = .commit
        case .commit:
            (serving, epoch, step) = (receiving, epoch.next, .open)
            (wish, aborts, problem, mark) = (nil, 0, nil, nil)
        case .open: step = .release
        case .release: step = .leave
        case .leave: step = state == .switching ? .follow : .dropStreams
        case .follow:
            rest(.switched)
            problem = nil
        case .unfreeze: step = .unhold
        case .unhold:
            epoch = epoch.next
            if state == .switching { state = .catchingUp }
            step = .resumeForward
        case .dropStreams: step = .deleteTarget
        case .deleteTarget: step = .checkEmpty
        case .checkEmpty:
            rest(.reversed)
            problem = nil
        case .claim, .clear, .publish, .copy, .subscribe, .openReverse, .dropReverse, .deleteSource, .certify:
            preconditionFailure("\(done) is no step of a switch")
        }
    }
}
