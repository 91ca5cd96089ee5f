package import Caching

/// What a simulation consists of, and what is wrong with it. Everything that happens follows from this.
package struct SimulationConfiguration: Hashable, Sendable {
    package var seed: UInt64
    package var flaws: ProtocolFlaws
    /// The kinds of faults that happen; nil lets the seed draw some.
    package var faults: [Fault]?
    /// Whether messages may be lost and commits be slow beside those faults.
    package var isSettled: Bool
    package var backends: Int
    package var tenants: Int
    /// How long faults happen, in microseconds.
    package var faultTime: Int64
    /// How long after them the cache must be in use again, in microseconds; in less than 5 s nothing is expected.
    package var healingTime: Int64
    package var recordsTrace: Bool
    package var timing: CacheTiming

    package init(
        seed: UInt64,
        flaws: ProtocolFlaws = [],
        faults: [Fault]? = nil,
        isSettled: Bool = false,
        backends: Int = 3,
        tenants: Int = 2,
        faultTime: Duration = .seconds(30),
        healingTime: Duration = .seconds(20),
        recordsTrace: Bool = false,
        timing: CacheTiming = CacheTiming()
    ) {
        self.seed = seed
        self.flaws = flaws
        self.faults = faults
        self.isSettled = isSettled
        self.backends = backends
        self.tenants = tenants
        self.faultTime = (MonotonicTime(microseconds: 0) + faultTime).microseconds
        self.healingTime = (MonotonicTime(microseconds: 0) + healingTime).microseconds
        self.recordsTrace = recordsTrace
        self.timing = timing
    }
}

/// What came of a simulation.
package struct SimulationResult: Hashable, Sendable {
    package var steps = 0
    package var reads = 0
    package var hits = 0
    package var writes = 0
    /// Reads and writes that were not done, or of which nobody knew.
    package var failures = 0
    /// The longest time from a write's beginning to its acknowledgement, in microseconds.
    package var longestWrite: Int64 = 0
    package var faults = 0
    package var openings = 0
    /// The first violation, at which the simulation ended.
    package var violation: Violation?
    /// A digest of all that happened, in order.
    package var digest: UInt64 = 0
    /// What happened, a line each, if that was asked for.
    package var trace: [String] = []

    package init() {}
}

extension SimulationResult {
    package mutating func add(_ other: SimulationResult) {
        steps += other.steps
        reads += other.reads
        hits += other.hits
        writes += other.writes
        faults += other.faults
        openings += other.openings
        failures += other.failures
        longestWrite = max(longestWrite, other.longestWrite)
    }
}
