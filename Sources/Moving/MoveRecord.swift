package import HubModel

/// What the journal remembers of a move; a mover that takes it over needs nothing else.
package struct MoveRecord: Hashable, Sendable {
    package let id: MoveID
    package let tenant: TenantID
    package let source: ShardID
    package let target: ShardID
    package var state: MoveState
    /// What is to be done next, or was being done; nil at rest, and while the move is only planned.
    package var step: MoveStep?
    package var attempt: MoveAttempt
    package var generation: MoveGeneration
    /// Which shard the directory names for the tenant.
    package var serving: MoveSide
    /// At which epoch it does; the abort of a switch raises it as the switch does.
    package var epoch: Epoch
    /// What an operator has wished and has not got yet.
    package var wish: MoveWish?
    /// How many switches were aborted since the last that was not, or since an operator asked.
    package var aborts: Int32
    /// Why the last switch was aborted, the move failed, or a step is tried again and again.
    package var problem: MoveProblem?
    /// The giving shard's log position after its freeze: what the stream had to pass.
    package var mark: LogPosition?

    /// A move of the tenant that its source serves at the epoch.
    package init(
        id: MoveID,
        tenant: TenantID,
        source: ShardID,
        target: ShardID,
        state: MoveState = .planned,
        step: MoveStep? = nil,
        attempt: MoveAttempt = .none,
        generation: MoveGeneration = .first,
        serving: MoveSide = .source,
        epoch: Epoch,
        wish: MoveWish? = nil,
        aborts: Int32 = 0,
        problem: MoveProblem? = nil,
        mark: LogPosition? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.source = source
        self.target = target
        self.state = state
        self.step = step
        self.attempt = attempt
        self.generation = generation
        self.serving = serving
        self.epoch = epoch
        self.wish = wish
        self.aborts = aborts
        self.problem = problem
        self.mark = mark
    }

    /// Whether a state, a step and a serving side can go together; a store refuses a row of which this is false.
    package var isConsistent: Bool {
        guard step.map(state.steps.contains) ?? state.steps.isEmpty else { return false }
        switch state {
        case .planned, .copying, .catchingUp, .verified, .cancelling, .failed, .cancelled, .reversed:
            return serving == .source
        case .switched, .completing, .completed:
            return serving == .target
        case .switching, .reversing:
            return true
        }
    }

    package func shard(_ side: MoveSide) -> ShardID {
        switch side {
        case .source: source
        case .target: target
        }
    }

    /// Which way the switch goes that is under way, or would be next.
    package var direction: MoveDirection {
        switch state {
        case .switched, .reversing, .reversed: .reverse
        case .planned, .copying, .catchingUp, .verified, .switching, .completing, .cancelling, .failed, .completed,
            .cancelled:
            .forward
        }
    }

    /// The shard that gives the tenant up in the switch that is under way, or would in the next.
    package var giving: MoveSide { direction.giving }
    /// The shard that gets it.
    package var receiving: MoveSide { direction.receiving }

    /// Whether the switch under way can only go forward: the directory names the receiving shard.
    package var isPastPointOfNoReturn: Bool {
        switch state {
        case .switching, .reversing: serving == receiving
        case .switched, .completing, .completed, .reversed: true
        case .planned, .copying, .catchingUp, .verified, .cancelling, .failed, .cancelled: false
        }
    }

    /// The sides on which a step changes something, and must have been claimed by the attempt before. Those of the pause
    /// are claimed with ``MoveStep/warm``, so that nobody waits for it.
    ///
    /// Only what a step needs: an abort must not wait for a receiving shard that is down, nor the release of a committed
    /// switch for the giving one.
    package func sides(of step: MoveStep) -> [MoveSide] {
        switch step {
        case .clear, .copy, .warm, .follow, .dropReverse, .dropStreams: [.source, .target]
        case .publish, .deleteSource: [.source]
        case .subscribe, .openReverse, .deleteTarget: [.target]
        case .verify, .freeze, .mark, .leave, .unfreeze: [giving]
        case .turn, .open, .resumeForward: [receiving]
        case .claim, .catchUp, .hold, .drain, .check, .commit, .release, .unhold, .checkEmpty, .certify: []
        }
    }

    /// What an operator may wish now.
    package var legalWishes: [MoveWish] {
        wish == .cancel ? [] : state.legalWishes.filter { $0 != wish }
    }

    /// Takes a wish into the journal, in a transaction that has locked its row.
    package func wishing(_ wish: MoveWish) throws(MoveRefusal) -> MoveRecord {
        guard legalWishes.contains(wish) else { throw MoveRefusal(wish: wish, state: state, legal: legalWishes) }
        var record = self
        record.wish = wish
        record.aborts = 0
        return record
    }
}
