import FoundationEssentials
import HubModel
import Moving

/// A tenant that moves while its people work, under a schedule that follows from a seed.
///
/// The movers run the state machine of the room `Moving`; shards, directory, routers, backends and the engine's
/// statements are simulated. There is no time: whatever can happen may happen next, however long it would take, so a
/// mover that another adopts may be dead, asleep, or merely slow.
package struct Simulation {
    private let configuration: SimulationConfiguration
    private let weather: Weather
    private var world: World
    private var random: SplitMix64
    private var result = SimulationResult()

    package init(_ configuration: SimulationConfiguration) {
        self.configuration = configuration
        random = SplitMix64(seed: configuration.seed)
        weather = Weather(configuration.aim, using: &random)
        let rules = World.Rules(flaws: configuration.flaws, journalsAll: random.chance(0.3))
        let clients = [true, true, true, false, false].enumerated().map { index, isWriter in
            SimulatedClient(isWriter: isWriter, router: index % 2)
        }
        let allowance = World.Allowance(
            writes: 1_000,
            reads: 1_000,
            wishes: 8,
            faults: configuration.aim == .sleeping ? 1 : random.pick([configuration.aim == nil ? 0 : 10, 2, 5, 20])
        )
        world = World(
            .simulated(epoch: .first),
            keys: 3,
            clients: clients,
            routers: 2,
            rules: rules,
            allowance: allowance
        )
        let isCopied = random.chance(0.5)
        switch configuration.aim {
        case nil: if isCopied { world.standStill(.switch) }
        case .copying, .sleeping: break
        case .switching, .unanswered, .lagging: world.standStill(.switch)
        }
    }

    /// Runs it to its end, or to the first violation.
    package mutating func run() -> SimulationResult {
        let length = 200 + random.below(1_000)
        while world.finding == nil, result.steps < length || isAwaitingHold { takeStep() }
        if configuration.ending == .otherShardLost {
            // Anywhere in the pause, before the commit or after it.
            for _ in 0..<random.below(60) where world.finding == nil && world.directory.tenant.isHeld { takeStep() }
        }
        finish()
        if let finding = world.finding {
            result.violation = Violation(
                check: finding.check,
                seed: configuration.seed,
                step: result.steps,
                detail: finding.detail
            )
            trace("violation: \(finding.check.rawValue): \(finding.detail)")
        }
        result.attempts = Int(world.directory.move.attempt.rawValue)
        return result
    }

    // MARK: - Private

    /// Whether the moment at which the other shard is lost is still to come.
    private var isAwaitingHold: Bool {
        configuration.ending == .otherShardLost && !world.directory.tenant.isHeld && result.steps < 5_000
            && !world.directory.move.state.isFinal
    }

    private mutating func takeStep() {
        if world.allowance.faults > 0, weather.strikes(in: world.directory.move.state, using: &random) {
            let faults = world.faults().filter(weather.brings)
            if let fault = random.choose(faults) {
                result.faults += 1
                return perform(.fault(fault))
            }
        }
        let tidying = world.janitor == .idle ? 0.03 : weather.patience / 3
        if random.chance(tidying), let action = random.choose(world.tidying()) { return perform(action) }
        if world.allowance.wishes > 0, random.chance(0.02), let action = random.choose(world.wishes()) {
            if action != .wish(.cancel) || weather.cancels { return perform(action) }
        }
        if isAwaitingHold, random.chance(0.02), world.wishes().contains(.wish(.switch)) {
            return perform(.wish(.switch))
        }
        let actions = world.actions().filter { weather.allows($0, using: &random) }
        if let action = random.choose(actions) { return perform(action) }
        giveUpWaiting()
        result.steps += 1
    }

    private mutating func perform(_ action: WorldAction) {
        let before = world.directory.move
        result.steps += 1
        world.perform(action)
        trace("\(action)")
        mix(UInt64(world.committed.reduce(0, +)) << 32 ^ world.directory.move.digest ^ UInt64(result.steps) << 8)
        let after = world.directory.move
        if after.epoch > before.epoch {
            if after.serving == before.serving { result.aborts += 1 } else { result.switches += 1 }
        }
        if case .proceed(let client) = action, world.clients[client].phase == .idle {
            if world.clients[client].isWriter { result.writes += 1 } else { result.reads += 1 }
        }
    }

    /// A mover that waits for what cannot come gives up.
    private mutating func giveUpWaiting() {
        for index in world.movers.indices where world.isStuck(world.movers[index]) && !world.movers[index].isPaused {
            perform(.fault(.timeOut(index)))
        }
    }

    private mutating func finish() {
        guard world.finding == nil else { return }
        let goal = random.pick([MoveWish.complete, .complete, .cancel, .reverse])
        heal()
        let end = result.steps + 20_000
        while world.finding == nil, result.steps < end, !isFinished { takeHealingStep(goal) }
        guard world.finding == nil else { return }
        switch configuration.ending {
        case .healed where !isFinished:
            let hasEnded = world.directory.move.state.isFinal && world.isServed
            let check: Violation.Check =
                hasEnded && world.clients.contains { $0.phase != .idle }
                ? .notAnswered : hasEnded ? .leftBehind : .notFinished
            world.report(check, "\(world.directory.move), \(world.source.streams), \(world.target.streams)")
        case .otherShardLost where !isFinished:
            world.report(.notServed, "\(world.directory.move), \(world.directory.tenant)")
        case .healed, .otherShardLost: break
        }
        switch world.directory.move.state {
        case .completed: result.completed += 1
        case .cancelled: result.cancelled += 1
        case .reversed: result.reversed += 1
        default: result.abandoned += 1
        }
    }

    private mutating func heal() {
        trace("healed")
        world.allowance.faults = 0
        world.allowance.writes = 10
        world.allowance.reads = 10
        world.directory.isUp = true
        world.source.isUp = true
        world.target.isUp = true
        guard configuration.ending == .otherShardLost else { return }
        let lost = world.directory.tenant.serving.other
        trace("\(lost) is lost for good")
        world[lost].isUp = false
    }

    private var isFinished: Bool {
        let areIdle = world.clients.allSatisfy { $0.phase == .idle } && world.allowance.writes == 0
        switch configuration.ending {
        case .healed:
            return areIdle && world.directory.move.state.isFinal && world.isServed && world.ghosts.isEmpty
                && world.movers.allSatisfy { $0.phase == .idle && !$0.isPaused } && !world.hasStreams
        case .otherShardLost:
            return areIdle && world.isServed
        }
    }

    private mutating func takeHealingStep(_ goal: MoveWish) {
        if random.chance(0.05), let action = random.choose(world.tidying()) { return perform(action) }
        // A commit that was on its way when its shard died is honoured; then that shard is needed.
        if !world[world.directory.tenant.serving].isUp { return perform(.restart(world.directory.tenant.serving)) }
        if random.chance(0.2), configuration.ending == .healed, let wish = wish(toward: goal) {
            return perform(.wish(wish))
        }
        // Sleepers awake and delayed statements run, but perhaps only when all is over.
        let actions = world.actions().filter { action in
            switch action {
            case .restart: false
            case .wake, .runGhost: random.chance(weather.patience)
            default: true
            }
        }
        if random.chance(0.1) { giveUpWaiting() }
        if let action = random.choose(actions) { return perform(action) }
        result.steps += 1
        giveUpWaiting()
    }

    private func wish(toward goal: MoveWish) -> MoveWish? {
        let move = world.directory.move
        guard move.wish == nil else { return nil }
        switch move.state {
        case .verified: return goal == .cancel ? .cancel : .switch
        case .switched: return goal == .reverse ? .reverse : .complete
        case .failed: return goal == .cancel ? .cancel : .resume
        default: return nil
        }
    }

    private mutating func trace(_ line: @autoclosure () -> String) {
        guard configuration.recordsTrace else { return }
        let text = "\(result.steps) \(line())"
        result.trace.append(text)
    }

    /// FNV-1a over words.
    private mutating func mix(_ word: UInt64) {
        result.digest = (result.digest ^ word) &* 0x100_0000_01b3
    }
}

extension MoveRecord {
    /// A few bits of where it stands.
    fileprivate var digest: UInt64 {
        UInt64(bitPattern: attempt.rawValue) << 48 ^ UInt64(state.rawValue.utf8.count) << 4
            ^ UInt64(step?.rawValue.utf8.count ?? 0)
    }

    static func simulated(epoch: Epoch) -> MoveRecord {
        let uuid = { (kind: UInt8) in UUID(uuid: (kind, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1)) }
        return MoveRecord(
            id: MoveID(uuid(1)),
            tenant: TenantID(uuid(2)),
            source: ShardID("us-1")!,
            target: ShardID("eu-1")!,
            epoch: epoch
        )
    }
}
