/// What a simulation consists of, and what is wrong with it. Everything that happens follows from this.
package struct SimulationConfiguration: Hashable, Sendable {
    /// What is expected once no more faults happen.
    package enum Ending: Hashable, Sendable {
        /// All is up again; the move is to end and everybody to be answered.
        case healed
        /// In the middle of a switch, the shard dies for good that the directory does not name; everybody is to be
        /// answered.
        case otherShardLost
    }

    /// What a schedule is bent towards; without it the seed draws.
    package enum Aim: Hashable, Sendable {
        /// Movers that die and sleep while they copy.
        case copying
        /// Movers that die and sleep while they switch.
        case switching
        /// One mover that falls asleep before the switch, and awakes when all is over.
        case sleeping
        /// Movers that live, and do not hear what became of what they sent.
        case unanswered
        /// A router that seldom hears of anything.
        case lagging
    }

    package var seed: UInt64
    package var flaws: MoveFlaws
    package var aim: Aim?
    package var ending: Ending
    package var recordsTrace: Bool

    package init(
        seed: UInt64,
        flaws: MoveFlaws = [],
        aim: Aim? = nil,
        ending: Ending? = nil,
        recordsTrace: Bool = false
    ) {
        self.seed = seed
        self.flaws = flaws
        self.aim = aim
        self.ending = ending ?? (seed % 4 == 0 ? .otherShardLost : .healed)
        self.recordsTrace = recordsTrace
    }
}

/// What came of a simulation.
package struct SimulationResult: Hashable, Sendable {
    package var steps = 0
    package var faults = 0
    package var writes = 0
    package var reads = 0
    package var attempts = 0
    package var aborts = 0
    package var switches = 0
    /// Moves that came to an end, by how.
    package var completed = 0
    package var cancelled = 0
    package var reversed = 0
    /// Moves that were left with a shard lost for good.
    package var abandoned = 0
    /// The first violation, at which the simulation ended.
    package var violation: Violation?
    /// A digest of all that happened, in order.
    package var digest: UInt64 = 0
    /// What happened, a line each, if that was asked for.
    package var trace: [String] = []

    package init() {}

    package mutating func add(_ other: SimulationResult) {
        steps += other.steps
        faults += other.faults
        writes += other.writes
        reads += other.reads
        attempts += other.attempts
        aborts += other.aborts
        switches += other.switches
        completed += other.completed
        cancelled += other.cancelled
        reversed += other.reversed
        abandoned += other.abandoned
    }
}
