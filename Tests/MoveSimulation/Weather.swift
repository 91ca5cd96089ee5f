import HubModel

/// How one simulation is minded: which faults happen in it, how often, and for how long.
///
/// Each seed draws a few kinds of faults and leaves the others out; runs that are unlike each other reach more than runs
/// in which everything happens a little (Groce et al., "Swarm Testing", ISSTA 2012).
struct Weather {
    private let faultRate: Double
    /// Whether operators change their minds before the switch.
    let cancels: Bool
    /// How likely what could happen does: of each router, of the streams, of new requests, of movers.
    private let learning: [Double]
    private let applying: Double
    private let writing: Double
    private let moving: Double
    /// The chance, at each step, that a mover that sleeps awakes, or that a delayed statement runs.
    private let patience: Double
    private let kinds: Set<Int>

    init(using random: inout SplitMix64) {
        faultRate = random.pick([0.002, 0.01, 0.03])
        patience = random.pick([0.3, 0.03, 0.003])
        cancels = random.chance(0.15)
        learning = [random.pick([1, 0.1, 0.01]), random.pick([1, 0.1, 0.01])]
        applying = random.pick([1, 1, 0.2])
        writing = random.pick([1, 0.3, 0.05])
        moving = random.pick([1, 1, 0.2])
        let share = random.pick([0.2, 0.5, 1])
        var kinds: Set<Int> = []
        for kind in 0..<Fault.kinds where random.chance(share) { kinds.insert(kind) }
        self.kinds = kinds
    }

    /// Faults aim at the switch, where there is most to break.
    func strikes(whileSwitching isSwitching: Bool, using random: inout SplitMix64) -> Bool {
        random.chance(isSwitching ? 5 * faultRate : faultRate)
    }

    /// Who sleeps does so for long, what is down stays so for a while, and each kind of thing has its own pace.
    func allows(_ action: WorldAction, using random: inout SplitMix64) -> Bool {
        switch action {
        case .wake, .runGhost: random.chance(patience)
        case .restart, .restartDirectory, .liftFence: random.chance(0.1)
        case .learn(let router): random.chance(learning[router])
        case .apply: random.chance(applying)
        case .begin: random.chance(writing)
        case .proceedMover: random.chance(moving)
        case .proceed, .take, .hear, .tidy, .wish, .fault: true
        }
    }

    func brings(_ fault: Fault) -> Bool { kinds.contains(fault.kind) }
}

extension Fault {
    static let kinds = 11

    var kind: Int {
        switch self {
        case .crashMover: 0
        case .pauseMover: 1
        case .adopt: 2
        case .loseReply: 3
        case .delay: 4
        case .timeOut: 5
        case .crashSource: 6
        case .crashTarget: 7
        case .crashDirectory: 8
        case .crashRouter: 9
        case .crashBackend: 10
        }
    }
}
