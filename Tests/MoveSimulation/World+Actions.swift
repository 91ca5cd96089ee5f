import HubModel
import Moving

extension World {
    /// What can happen without anything's going wrong.
    func actions() -> [WorldAction] {
        var actions: [WorldAction] = []
        for stream in runningStreams() { actions.append(.apply(stream.generation, stream.direction)) }
        for router in routers.indices where directory.isUp && routers[router] != directory.tenant {
            actions.append(.learn(router: router))
        }
        for (index, client) in clients.enumerated() {
            if canProceed(client) { actions.append(.proceed(client: index)) }
            guard client.phase == .idle, (client.isWriter ? allowance.writes : allowance.reads) > 0 else { continue }
            for key in committed.indices { actions.append(.begin(client: index, key: key)) }
        }
        for (index, mover) in movers.enumerated() {
            if mover.isPaused {
                actions.append(.wake(mover: index))
                continue
            }
            if canProceed(mover) { actions.append(.proceedMover(index)) }
            if mover.phase == .idle, !hasMover, needsMover, directory.isUp { actions.append(.take(mover: index)) }
            if hearsWish(mover) { actions.append(.hear(mover: index)) }
        }
        for index in ghosts.indices { actions.append(.runGhost(index)) }
        for side in MoveSide.allCases {
            if !self[side].isUp { actions.append(.restart(side)) }
            if has(.timerLiftsFence), self[side].ownership?.state == .frozen { actions.append(.liftFence(side)) }
        }
        if !directory.isUp { actions.append(.restartDirectory) }
        return actions
    }

    /// What a janitor can do next.
    func tidying() -> [WorldAction] {
        guard directory.isUp, !has(.noJanitor) else { return [] }
        switch janitor {
        case .idle: return MoveSide.allCases.filter { self[$0].isUp && !self[$0].streams.isEmpty }.map { .tidy($0) }
        case .listed(let side, _): return self[side].isUp ? [.tidy(side)] : []
        case .read: return MoveSide.allCases.filter { self[$0].isUp }.map { .tidy($0) }
        }
    }

    func wishes() -> [WorldAction] {
        guard directory.isUp else { return [] }
        return directory.move.legalWishes.map { .wish($0) }
    }

    func faults() -> [Fault] {
        var faults: [Fault] = []
        for (index, mover) in movers.enumerated() where !mover.isPaused {
            if mover.phase == .idle {
                if hasMover, needsMover, directory.isUp { faults.append(.adopt(by: index)) }
                continue
            }
            faults.append(.crashMover(index))
            faults.append(.pauseMover(index))
            switch mover.phase {
            case .replied(.success), .adopting: faults.append(.loseReply(index))
            case .journalling: faults.append(.delay(index))
            case .acting(let operations) where !operations.isEmpty:
                faults.append(.delay(index))
                faults.append(.timeOut(index))
            case .acting, .idle, .replied, .waiting: break
            }
        }
        if source.isUp { faults.append(.crashSource) }
        if target.isUp { faults.append(.crashTarget) }
        if directory.isUp { faults.append(.crashDirectory) }
        for router in routers.indices { faults.append(.crashRouter(router)) }
        for (index, client) in clients.enumerated() {
            switch client.phase {
            case .sent, .missed, .read, .answered: faults.append(.crashBackend(client: index))
            case .idle, .held: break
            }
        }
        return faults
    }

    mutating func perform(_ action: WorldAction) {
        switch action {
        case .apply(let generation, let direction): apply(generation, direction)
        case .learn(let router): routers[router] = directory.tenant
        case .begin(let client, let key): begin(client, key: key)
        case .proceed(let client): proceed(client)
        case .take(let mover): movers[mover].phase = .adopting
        case .proceedMover(let mover): proceed(mover: mover)
        case .hear(let mover): hear(mover)
        case .runGhost(let index): run(ghosts.remove(at: index))
        case .restart(let side): self[side].isUp = true
        case .restartDirectory: directory.isUp = true
        case .wake(let mover): movers[mover].isPaused = false
        case .tidy(let side): tidy(side)
        case .liftFence(let side): self[side].ownership?.state = .active
        case .wish(let wish):
            allowance.wishes -= 1
            if let move = try? directory.move.wishing(wish) { directory.move = move }
        case .fault(let fault):
            allowance.faults -= 1
            perform(fault)
        }
        check()
    }

    /// Whether what a mover waits for will not come while nothing changes.
    func isStuck(_ mover: SimulatedMover) -> Bool {
        guard case .acting(let operations) = mover.phase, let operation = operations.first, let record = mover.record
        else { return false }
        return isBlocked(operation, record, mover.memory)
    }

    // MARK: - Private

    private func hearsWish(_ mover: SimulatedMover) -> Bool {
        guard directory.isUp, let machine = mover.machine, directory.move.attempt == machine.record.attempt,
            directory.move.wish != nil, directory.move.wish != mover.knownWish
        else { return false }
        switch mover.phase {
        case .acting, .waiting: return true
        case .idle, .adopting, .journalling, .replied: return false
        }
    }

    private mutating func run(_ ghost: Ghost) {
        guard !isBlocked(ghost.operation, ghost.record, ghost.memory) else { return }
        var memory = ghost.memory
        _ = execute(ghost.operation, ghost.record, &memory)
    }

    private mutating func perform(_ fault: Fault) {
        switch fault {
        case .crashMover(let index): movers[index] = SimulatedMover()
        case .pauseMover(let index): movers[index].isPaused = true
        case .adopt(let index): movers[index].phase = .adopting
        case .loseReply(let index): loseReply(index)
        case .delay(let index): delay(index)
        case .timeOut(let index):
            let isInPause = movers[index].record?.step?.isInPause ?? false
            movers[index].phase = .replied(.failure(MoveProblem(isInPause ? .overdue : .transient, "took too long")))
        case .crashSource: source.isUp = false
        case .crashTarget: target.isUp = false
        case .crashDirectory: directory.isUp = false
        case .crashRouter(let router):
            routers[router] = .init(serving: .source, epoch: .first, isHeld: false)
            for index in clients.indices where clients[index].router == router { clients[index].phase = .idle }
        case .crashBackend(let client): clients[client].phase = .idle
        }
    }

    private mutating func loseReply(_ index: Int) {
        guard movers[index].phase == .adopting else { return lose(index) }
        // The attempt is raised, but for nobody.
        directory.move.attempt = directory.move.attempt.next
        movers[index] = SimulatedMover()
    }

    private mutating func delay(_ index: Int) {
        guard let decision = movers[index].decision else { return }
        let operation: Operation
        switch movers[index].phase {
        case .acting(let operations):
            guard let first = operations.first else { return }
            operation = first
        case .journalling: operation = .write(decision.record)
        case .idle, .adopting, .replied, .waiting: return
        }
        ghosts.append(Ghost(operation: operation, record: decision.record, memory: movers[index].memory))
        lose(index)
    }
}
