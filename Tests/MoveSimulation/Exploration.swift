import HubModel
package import Moving

/// Every schedule of one switch with a writer, a reader behind a router of its own, and two movers of which one may die
/// or sleep at any point and the other adopt; breadth first, so what it finds is as short as can be.
package struct Exploration {
    package struct Result: Sendable {
        package var states = 0
        package var transitions = 0
        /// Whether all of them were seen.
        package var isComplete = false
        package var violation: Violation?
        /// What led to it.
        package var path: [String] = []
    }

    private let initial: World
    private let limit: Int

    /// - Parameters:
    ///   - faults: how many things go wrong, at most.
    ///   - wish: what the operator wants: a switch, or its reversal.
    ///   - reads: whether there is a reader.
    ///   - limit: of the states that are looked at.
    package init(
        flaws: MoveFlaws = [],
        wish: MoveWish = .switch,
        writes: Int = 1,
        reads: Bool = true,
        faults: Int = 1,
        limit: Int = 1_000_000
    ) {
        self.limit = limit
        var world = World(
            .simulated(epoch: .first),
            keys: 1,
            clients: [SimulatedClient(isWriter: true, router: 0), SimulatedClient(isWriter: false, router: 1)],
            routers: 2,
            rules: .init(flaws: flaws),
            allowance: .init(writes: writes, reads: reads ? .max : 0, wishes: 0, faults: faults)
        )
        world.standStill(wish)
        initial = world
    }

    package func run() -> Result {
        var result = Result()
        var numbers = [initial: 0]
        var worlds = [initial]
        var origins: [(parent: Int, action: WorldAction)?] = [nil]
        var predecessors: [[Int32]] = [[]]
        var next = 0
        while next < worlds.count, worlds.count < limit {
            let world = worlds[next]
            for action in world.actions() + world.faults().filter(\.isExplored).map(WorldAction.fault) {
                if case .fault = action, world.allowance.faults == 0 { continue }
                var successor = world
                successor.perform(action)
                successor.settle()
                result.transitions += 1
                if let finding = successor.finding {
                    origins.append((next, action))
                    result.states = worlds.count
                    result.path = path(to: origins.count - 1, origins)
                    result.violation = violation(finding.check, finding.detail, result.path.count)
                    return result
                }
                if let known = numbers[successor] {
                    predecessors[known].append(Int32(next))
                } else {
                    numbers[successor] = worlds.count
                    worlds.append(successor)
                    origins.append((next, action))
                    predecessors.append([Int32(next)])
                }
            }
            next += 1
        }
        result.states = worlds.count
        result.isComplete = next == worlds.count
        if result.isComplete, let stuck = firstWithoutWayBack(worlds, predecessors) {
            result.path = path(to: stuck, origins)
            let detail = "\(worlds[stuck].directory), \(worlds[stuck].clients.map(\.phase))"
            result.violation = violation(.noWayBack, detail, result.path.count)
        }
        return result
    }

    // MARK: - Private

    private func violation(_ check: Violation.Check, _ detail: String, _ steps: Int) -> Violation {
        Violation(check: check, seed: 0, step: steps, detail: detail)
    }

    private func path(to last: Int, _ origins: [(parent: Int, action: WorldAction)?]) -> [String] {
        var path: [String] = []
        var index = last
        while let origin = origins[index] {
            path.append("\(origin.action)")
            index = origin.parent
        }
        return path.reversed()
    }

    /// The first state from which nothing leads to rest, with one owner that the directory names and nobody waiting.
    private func firstWithoutWayBack(_ worlds: [World], _ predecessors: [[Int32]]) -> Int? {
        var reached = worlds.map(\.isGood)
        var queue = reached.indices.filter { reached[$0] }
        while let index = queue.popLast() {
            for before in predecessors[index] where !reached[Int(before)] {
                reached[Int(before)] = true
                queue.append(Int(before))
            }
        }
        return reached.firstIndex(of: false)
    }
}

extension World {
    fileprivate var isGood: Bool {
        isServed && !needsMover && clients.allSatisfy { $0.phase == .idle }
    }

    /// Does what nobody else can see or hinder, so that it need not be tried at every moment.
    fileprivate mutating func settle() {
        for index in movers.indices {
            while finding == nil, movers[index].isAlone(faultsLeft: allowance.faults) { proceed(mover: index) }
        }
        for index in clients.indices where !clients[index].isWriter {
            if case .answered = clients[index].phase { proceed(index) }
        }
    }
}

extension SimulatedMover {
    /// Whether what it does next concerns itself alone.
    fileprivate func isAlone(faultsLeft: Int) -> Bool {
        switch phase {
        case .replied(.success): faultsLeft == 0
        case .replied(.failure), .waiting: true
        case .acting(let operations): operations.isEmpty
        case .idle, .adopting, .journalling: false
        }
    }
}

extension Fault {
    /// Sleep needs no fault here: whoever sleeps is merely not chosen.
    fileprivate var isExplored: Bool {
        switch self {
        case .crashMover, .adopt, .loseReply, .delay, .timeOut, .crashSource, .crashTarget, .crashDirectory: true
        case .pauseMover, .crashRouter, .crashBackend: false
        }
    }
}
