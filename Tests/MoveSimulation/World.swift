import HubModel
import Moving

/// Directory, two shards, routers, backends, clients and movers, at one moment: a value, so that a schedule can be drawn
/// at random (``Simulation``) or all of them explored (``Exploration``).
struct World: Hashable {
    struct Rules: Hashable {
        var flaws: MoveFlaws = []
        /// Whether movers journal also what need not be.
        var journalsAll = false
    }

    /// What may happen yet, so that there is an end to it.
    struct Allowance: Hashable {
        var writes: Int
        var reads: Int
        var wishes: Int
        var faults: Int
    }

    struct Finding: Hashable {
        let check: Violation.Check
        let detail: String
    }

    /// What a janitor holds between its two looks.
    enum Janitor: Hashable {
        case idle
        case listed(MoveSide, [SimulatedShard.StreamEnd])
        case read(MoveRecord)
    }

    var rules: Rules
    var directory: SimulatedDirectory
    var source: SimulatedShard
    var target: SimulatedShard
    var routers: [SimulatedDirectory.Placement]
    var clients: [SimulatedClient]
    var movers: [SimulatedMover]
    var ghosts: [Ghost] = []
    var janitor = Janitor.idle
    var allowance: Allowance

    /// What nobody in the deployment knows: of each key, how often a write was committed by whoever served, and the
    /// greatest version that was acknowledged.
    var committed: [Int]
    var acknowledged: [Int]
    var highestAttempt = MoveAttempt.none
    var finding: Finding?

    init(_ record: MoveRecord, keys: Int, clients: [SimulatedClient], routers: Int, rules: Rules, allowance: Allowance)
    {
        let placement = SimulatedDirectory.Placement(serving: .source, epoch: record.epoch, isHeld: false)
        directory = SimulatedDirectory(tenant: placement, move: record)
        source = SimulatedShard(rows: Array(repeating: 1, count: keys))
        source.ownership = .init(state: .active, epoch: record.epoch)
        target = SimulatedShard(rows: Array(repeating: 0, count: keys))
        self.routers = Array(repeating: placement, count: routers)
        self.clients = clients
        movers = [SimulatedMover(), SimulatedMover()]
        self.rules = rules
        self.allowance = allowance
        committed = Array(repeating: 1, count: keys)
        acknowledged = committed
    }

    subscript(side: MoveSide) -> SimulatedShard {
        get {
            switch side {
            case .source: source
            case .target: target
            }
        }
        set {
            switch side {
            case .source: source = newValue
            case .target: target = newValue
            }
        }
    }

    func has(_ flaw: MoveFlaws) -> Bool { rules.flaws.contains(flaw) }

    // MARK: - Checks

    mutating func report(_ check: Violation.Check, _ detail: String) {
        if finding == nil { finding = Finding(check: check, detail: detail) }
    }

    /// What must hold at every moment.
    mutating func check() {
        if source.isServing, target.isServing { report(.twoOwners, "\(source.ownership!), \(target.ownership!)") }
        checkRows(source, .source)
        checkRows(target, .target)
        if directory.move.attempt < highestAttempt { report(.attemptFell, "to \(directory.move.attempt.rawValue)") }
        highestAttempt = max(highestAttempt, directory.move.attempt)
        let (tenant, move) = (directory.tenant, directory.move)
        if rules.flaws.isEmpty, tenant.serving != move.serving || tenant.epoch != move.epoch {
            report(.journalDiffers, "\(tenant), \(move)")
        }
        if move.state.isFinal { checkEmpty(move.state == .completed ? .source : .target) }
    }

    /// Whether the shard that the directory names serves, and nobody is held.
    var isServed: Bool {
        let tenant = directory.tenant
        let ownership = self[tenant.serving].ownership
        return !tenant.isHeld && ownership?.state == .active && ownership?.epoch == tenant.epoch
    }

    var hasStreams: Bool { !source.streams.isEmpty || !target.streams.isEmpty }

    // MARK: - Private

    private mutating func checkRows(_ shard: SimulatedShard, _ side: MoveSide) {
        guard shard.isServing, shard.rows != committed else { return }
        for (key, version) in shard.rows.enumerated() where version != committed[key] {
            let detail = "key \(key) of \(side) is at \(version), committed \(committed[key])"
            report(version < committed[key] ? .lostWrite : .doubledWrite, detail)
        }
    }

    private mutating func checkEmpty(_ side: MoveSide) {
        let shard = self[side]
        if shard.hasRows { report(.leftBehind, "rows at \(side)") }
        if shard.ownership != nil { report(.leftBehind, "ownership at \(side)") }
        if shard.hasCachedValues { report(.leftBehind, "cached keys at \(side)") }
    }
}

extension SimulatedShard {
    /// Whether an item is cached; a token expires by itself.
    var hasCachedValues: Bool {
        cache.contains { space in
            (space.values + [space.ownership]).contains { if case .value = $0 { true } else { false } }
        }
    }
}
