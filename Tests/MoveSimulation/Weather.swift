import HubModel
import Moving

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
    let patience: Double
    private let kinds: Set<Int>
    private let aim: SimulationConfiguration.Aim?

    init(_ aim: SimulationConfiguration.Aim?, using random: inout SplitMix64) {
        let drawnRate = random.pick([0.002, 0.01, 0.03])
        let drawnPatience = random.pick([0.3, 0.03, 0.003])
        patience = aim == .sleeping || aim == .copying ? 0.003 : drawnPatience
        cancels = random.chance(0.15)
        let drawnLearning = [random.pick([1, 0.1, 0.01]), random.pick([1, 0.1, 0.01])]
        applying = random.pick([1, 1, 0.2])
        let drawnWriting = random.pick([1, 0.3, 0.05])
        moving = random.pick([1, 1, 0.2])
        let share = random.pick([0.2, 0.5, 1])
        var drawn: Set<Int> = []
        for kind in 0..<Fault.kinds where random.chance(share) { drawn.insert(kind) }
        self.aim = aim
        switch aim {
        case .copying, .switching:
            (faultRate, kinds) = (0.03, Set(0..<Fault.kindsOfMovers))
            (learning, writing) = (drawnLearning, drawnWriting)
        case .sleeping:
            (faultRate, kinds) = (0.01, [Fault.pauseMover(0).kind])
            (learning, writing) = (drawnLearning, drawnWriting)
        case .unanswered:
            (faultRate, kinds) = (0.02, [Fault.loseReply(0).kind, Fault.delay(0).kind])
            (learning, writing) = (drawnLearning, drawnWriting)
        case .lagging:
            (faultRate, kinds) = (0, [])
            (learning, writing) = ([drawnLearning[0], 0.01], drawnWriting)
        case nil:
            (faultRate, kinds) = (drawnRate, drawn)
            (learning, writing) = (drawnLearning, drawnWriting)
        }
    }

    /// Faults aim at the switch, where there is most to break.
    func strikes(in state: MoveState, using random: inout SplitMix64) -> Bool {
        let isAimedAt =
            switch aim {
            case .copying: state == .copying
            case .sleeping: state == .copying || state == .catchingUp
            case .switching, .unanswered, .lagging, nil: state == .switching || state == .reversing
            }
        return random.chance(isAimedAt ? 5 * faultRate : aim == nil ? faultRate : 0)
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
    static let kindsOfMovers = 5

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
