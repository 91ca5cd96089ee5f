import HubModel
import Moving

extension World {
    enum Outcome: Hashable {
        case done
        case failed(MoveProblem)
    }

    /// Whether an operation does not answer yet.
    func isBlocked(_ operation: Operation, _ record: MoveRecord, _ memory: SimulatedMover.Memory) -> Bool {
        if operation.isOfDirectory { return !directory.isUp }
        if operation.sides(record).contains(where: { !self[$0].isUp }) { return true }
        switch operation {
        case .awaitLag: return lag(record).map { $0 > 1 } ?? false
        case .compare: return lag(record).map { $0 > 0 } ?? false
        case .drain:
            guard let position = self[record.giving].slot(record.generation, record.direction) else { return false }
            return UInt64(position) < (record.mark ?? memory.position)?.rawValue ?? 0
        default: return false
        }
    }

    /// Does an operation that is not blocked.
    mutating func execute(_ operation: Operation, _ record: MoveRecord, _ memory: inout SimulatedMover.Memory)
        -> Outcome
    {
        if operation.isOfDirectory { return changeDirectory(operation, record) }
        if let problem = refuseSuperseded(operation, record) { return .failed(problem) }
        let generation = record.generation
        switch operation {
        case .claim(let side): return claim(side, record)
        case .look: break
        case .drop(let side, let direction):
            self[side].streams.removeAll { direction == nil || $0.direction == direction }
        case .importRow:
            guard target.ownership.map({ $0.state == .importing }) ?? true else { return refused("not importing") }
            let attempt = target.ownership?.attempt ?? record.attempt
            target.ownership = .init(state: .importing, epoch: record.epoch, attempt: attempt)
            deleteRows(.target)
        case .publish(let side, let direction):
            self[side].add(.init(generation: generation, direction: direction, kind: .publication))
        case .makeSlot(let side, let direction):
            guard self[side].slot(generation, direction) == nil else { break }
            self[side].add(
                .init(generation: generation, direction: direction, kind: .slot(position: self[side].log.count))
            )
            memory.snapshot = self[side].rows
        case .copyRows:
            guard let snapshot = memory.snapshot else { return .failed(MoveProblem(.copyLost, "no snapshot")) }
            guard target.ownership?.state == .importing else { return refused("not importing") }
            for (key, version) in snapshot.enumerated() { target.put(key, version) }
        case .subscribe(let side, let direction):
            guard self[side.other].slot(generation, direction) != nil else {
                return .failed(MoveProblem(.copyLost, "no slot"))
            }
            self[side].setSubscription(generation, direction, true)
        case .disable(let side, let direction):
            if self[side].subscription(generation, direction) != nil {
                self[side].setSubscription(generation, direction, false)
            }
        case .awaitLag, .drain:
            if lag(record) == nil { return .failed(MoveProblem(.copyLost, "no stream")) }
        case .compare, .check:
            if source.rows != target.rows { return refused("\(source.rows), \(target.rows)") }
        case .mark(let side):
            memory.position = LogPosition(rawValue: UInt64(self[side].log.count))
        case .advance:
            guard target.slot(generation, .reverse) != nil else { return refused("no reverse slot") }
            target.setSlot(generation, .reverse, target.log.count)
        case .freeze, .open, .leave, .unfreeze: return changeOwnership(operation, record)
        case .deleteRows(let side):
            guard self[side].ownership?.state != .active else { return refused("serves") }
            deleteRows(side)
            self[side].cache = []
        case .deleteOwnership(let side):
            guard self[side].ownership?.state != .active else { return refused("serves") }
            self[side].ownership = nil
        case .checkEmpty(let side):
            let shard = self[side]
            if shard.hasRows || shard.hasCachedValues || shard.ownership != nil {
                return .failed(MoveProblem(.transient, "not empty"))
            }
        case .change, .write, .rawUnhold, .rawRelease: break
        }
        return .done
    }

    // MARK: - Private

    private func refused(_ message: String) -> Outcome { .failed(MoveProblem(.refused, message)) }

    private func claimed(_ side: MoveSide) -> MoveAttempt {
        has(.attemptInOwnership) ? self[side].ownership?.attempt ?? .none : self[side].attempt
    }

    /// What an operation meets that some other mover's claim keeps out. A slot is not made in a transaction, so what it
    /// meets was looked at before.
    private func refuseSuperseded(_ operation: Operation, _ record: MoveRecord) -> MoveProblem? {
        switch operation {
        case .makeSlot, .awaitLag, .compare, .drain, .check, .checkEmpty: return nil
        default: break
        }
        guard !has(.attemptIgnoredByShards), operation.sides(record).contains(where: { claimed($0) > record.attempt })
        else { return nil }
        return MoveProblem(.superseded, "another mover has claimed the shard")
    }

    private mutating func claim(_ side: MoveSide, _ record: MoveRecord) -> Outcome {
        self[side].attempt = max(self[side].attempt, record.attempt)
        if has(.attemptInOwnership), self[side].ownership == nil, side == .target {
            target.ownership = .init(state: .importing, epoch: record.epoch)
        }
        let highest = max(self[side].ownership?.attempt ?? .none, record.attempt)
        self[side].ownership?.attempt = highest
        return .done
    }

    private mutating func deleteRows(_ side: MoveSide) {
        for key in self[side].rows.indices where self[side].rows[key] != 0 { self[side].put(key, 0) }
    }

    private mutating func changeOwnership(_ operation: Operation, _ record: MoveRecord) -> Outcome {
        switch operation {
        case .freeze(let side):
            guard let ownership = self[side].ownership, ownership.epoch == record.epoch else { return refused("epoch") }
            guard ownership.state == .active || ownership.state == .frozen else { return refused("not active") }
            self[side].ownership?.state = .frozen
            if !has(.cacheKept) { dropCachedOwnership(side, record) }
        case .open(let side):
            let epoch = record.isPastPointOfNoReturn ? record.epoch : record.epoch.next
            guard let ownership = self[side].ownership else { return refused("no row") }
            if ownership.state == .active, ownership.epoch == epoch { break }
            guard ownership.state != .active, ownership.epoch < epoch else { return refused("epoch") }
            self[side].ownership = .init(state: .active, epoch: epoch, attempt: ownership.attempt)
        case .leave(let side):
            guard let ownership = self[side].ownership, ownership.epoch < record.epoch, ownership.state != .active
            else {
                return refused("epoch")
            }
            self[side].ownership?.state = .left
        case .unfreeze(let side):
            let next = has(.abortKeepsEpoch) ? record.epoch : record.epoch.next
            guard let ownership = self[side].ownership else { return refused("no row") }
            if ownership.state == .active, ownership.epoch == next { break }
            guard ownership.state == .active || ownership.state == .frozen, ownership.epoch == record.epoch else {
                return refused("epoch")
            }
            self[side].ownership = .init(state: .active, epoch: next, attempt: ownership.attempt)
            if !has(.unfreezeKeepsCache) { dropCachedOwnership(side, record) }
        default: break
        }
        return .done
    }

    /// What the fence of a change of ownership does in the cache.
    private mutating func dropCachedOwnership(_ side: MoveSide, _ record: MoveRecord) {
        var space = self[side].space(record.epoch)
        space.ownership = .absent
        self[side].setSpace(space)
    }

    private mutating func changeDirectory(_ operation: Operation, _ record: MoveRecord) -> Outcome {
        guard record.attempt == directory.move.attempt || has(.attemptIgnoredByDirectory) else {
            return .failed(MoveProblem(.superseded, "another mover has the move"))
        }
        switch operation {
        case .rawUnhold:
            directory.tenant = .init(serving: record.serving, epoch: record.epoch.next, isHeld: false)
        case .rawRelease:
            directory.tenant.isHeld = false
        case .write(let record):
            directory.move = record
        case .change(let step, let next):
            let tenant = directory.tenant
            let isChanged = has(.unheldFirst) && step == .unhold || has(.abortKeepsEpoch)
            guard isChanged || tenant.serving == record.serving && tenant.epoch == record.epoch else {
                return refused("the tenant is elsewhere")
            }
            directory.tenant.serving = next.serving
            directory.tenant.epoch = has(.abortKeepsEpoch) && step == .unhold ? tenant.epoch : next.epoch
            switch step {
            case .hold: directory.tenant.isHeld = true
            case .release, .unhold: directory.tenant.isHeld = false
            default: break
            }
            directory.move = next
        default: break
        }
        return .done
    }
}
