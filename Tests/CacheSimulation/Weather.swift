import HubModel

/// How one simulation is minded: how fast the network and the clients are, and which faults happen in it.
///
/// Each seed draws a few kinds of faults and leaves the others out; runs that are unlike each other reach more than runs
/// in which everything happens a little (Groce et al., "Swarm Testing", ISSTA 2012).
struct Weather {
    /// The greatest time a message takes beyond the least, in microseconds.
    let latency: Int
    /// The greatest pauses of clients, in microseconds.
    let readPause: Int
    let writePause: Int
    private let faults: [Fault]
    private let pauseBetweenFaults: Int
    private let slowCommits: Double

    /// The part of messages that is lost, at present.
    private(set) var loss: Double
    private(set) var isHealed = false

    /// What the next commit meets.
    private var aim: Fault?

    /// - Parameters:
    ///   - chosen: the faults that happen; nil draws some.
    ///   - isSettled: whether there are no others.
    init(_ chosen: [Fault]?, isSettled: Bool, using random: inout SplitMix64) {
        latency = random.pick([200, 1_000, 5_000])
        readPause = random.pick([20_000, 100_000, 200_000])
        writePause = random.pick([200_000, 800_000, 1_500_000])
        loss = random.pick(isSettled ? [0] : [0, 0.001, 0.01])
        pauseBetweenFaults = random.pick([500_000, 2_000_000, 5_000_000])
        slowCommits = random.pick(isSettled ? [0] : [0, 0.02, 0.2])
        let share = random.pick([0.15, 0.4, 1])
        let drawn = Fault.allCases.filter { _ in random.chance(share) }
        faults = chosen ?? drawn
    }

    func pause(using random: inout SplitMix64) -> Int64 {
        Int64(random.below(pauseBetweenFaults))
    }

    func fault(using random: inout SplitMix64) -> Fault? {
        faults.isEmpty ? nil : random.pick(faults)
    }

    /// How long a commit takes to be seen, once nothing can undo it.
    func commitTime(using random: inout SplitMix64) -> Int64 {
        guard !isHealed else { return Int64(random.below(2_000)) }
        if random.chance(slowCommits) { return Int64(random.below(random.pick([100_000, 1_000_000, 12_000_000]))) }
        return Int64(random.below(2_000))
    }

    /// Lets the next commit meet a fault.
    mutating func aimAtCommit(_ fault: Fault) {
        aim = fault
    }

    /// What a commit meets, by whether the gate is off.
    mutating func takeAim(isOff: Bool) -> Fault? {
        guard let fault = aim, fault != .slowCommitWhileOff || isOff else { return nil }
        aim = nil
        return fault
    }

    mutating func heal() {
        loss = 0
        aim = nil
        isHealed = true
    }
}
