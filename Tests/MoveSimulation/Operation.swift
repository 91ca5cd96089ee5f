import Moving

/// What a step does on one server, all or nothing.
enum Operation: Hashable {
    case claim(MoveSide)
    /// Looks whether the attempt still counts, before something that cannot be made in one transaction with that look.
    case look(MoveSide)
    /// Drops what the move has made there: of one direction, or all of it.
    case drop(MoveSide, MoveDirection?)
    /// An importing row of ownership and no other.
    case importRow
    case publish(MoveSide, MoveDirection)
    case makeSlot(MoveSide, MoveDirection)
    case copyRows
    case subscribe(MoveSide, MoveDirection)
    case disable(MoveSide, MoveDirection)
    case awaitLag
    case compare
    case freeze(MoveSide)
    case mark(MoveSide)
    case drain
    case check
    /// Advances the reverse slot to the end of the log.
    case advance
    case open(MoveSide)
    case leave(MoveSide)
    case unfreeze(MoveSide)
    case deleteRows(MoveSide)
    case deleteOwnership(MoveSide)
    case checkEmpty(MoveSide)
    case change(MoveStep, MoveRecord)
    /// The journal's row.
    case write(MoveRecord)
    /// The tenant's row without the journal's, as planted flaws have it.
    case rawUnhold
    case rawRelease

    /// The shards that must be up for it.
    func sides(_ record: MoveRecord) -> [MoveSide] {
        switch self {
        case .claim(let side), .look(let side), .drop(let side, _), .publish(let side, _), .makeSlot(let side, _),
            .subscribe(let side, _), .disable(let side, _), .freeze(let side), .mark(let side), .open(let side),
            .leave(let side), .unfreeze(let side), .deleteRows(let side), .deleteOwnership(let side),
            .checkEmpty(let side):
            [side]
        case .importRow, .copyRows, .advance: [.target]
        case .awaitLag, .compare, .drain, .check: MoveSide.allCases
        case .change, .write, .rawUnhold, .rawRelease: []
        }
    }

    var isOfDirectory: Bool {
        switch self {
        case .change, .write, .rawUnhold, .rawRelease: true
        default: false
        }
    }

    /// What each step consists of, in order, as an engine must do it.
    static func operations(_ step: MoveStep, _ record: MoveRecord, _ flaws: MoveFlaws) -> [Operation] {
        let (giving, receiving, direction) = (record.giving, record.receiving, record.direction)
        switch step {
        case .clear: return [.drop(.target, nil), .drop(.source, nil), .importRow]
        case .publish: return [.publish(.source, .forward)]
        case .copy: return [.look(.source), .makeSlot(.source, .forward), .copyRows]
        case .subscribe: return [.subscribe(.target, .forward)]
        case .resumeForward: return [.subscribe(receiving, direction)]
        case .catchUp: return [.awaitLag]
        case .openReverse:
            if flaws.contains(.lateReverseSlot) { return [] }
            return [.publish(.target, .reverse), .look(.target), .makeSlot(.target, .reverse)]
        case .verify: return flaws.contains(.notCompared) ? [] : [.compare]
        case .warm: return []
        case .freeze: return flaws.contains(.markBeforeFreeze) ? [.mark(giving), .freeze(giving)] : [.freeze(giving)]
        case .mark: return flaws.contains(.markBeforeFreeze) ? [] : [.mark(giving)]
        case .drain: return flaws.contains(.notDrained) ? [] : [.drain]
        case .check: return flaws.contains(.notCompared) ? [] : [.check]
        case .turn:
            var operations: [Operation] = flaws.contains(.forwardLeftOn) ? [] : [.disable(receiving, direction)]
            if direction == .forward, flaws.isDisjoint(with: [.reverseNotAdvanced, .lateReverseSlot]) {
                operations.append(.advance)
            }
            if flaws.contains(.openedFirst) { operations.append(.open(receiving)) }
            return operations
        case .open:
            if flaws.contains(.openedFirst) { return [] }
            if flaws.contains(.releasedFirst) { return [.rawRelease] }
            return flaws.contains(.leftFirst) ? [.open(receiving), .leave(giving)] : [.open(receiving)]
        case .leave: return [.leave(giving)]
        case .follow:
            let late: [Operation] = [.publish(.target, .reverse), .makeSlot(.target, .reverse)]
            let drops: [Operation] = [.drop(.target, .forward), .drop(.source, .forward)]
            return (flaws.contains(.lateReverseSlot) ? late : []) + (flaws.contains(.forwardLeftOn) ? [] : drops)
                + [.subscribe(.source, .reverse)]
        case .unfreeze:
            if flaws.contains(.unheldFirst) { return [.rawUnhold] }
            return flaws.contains(.resumedFirst)
                ? [.subscribe(receiving, direction), .unfreeze(giving)] : [.unfreeze(giving)]
        case .dropReverse: return [.drop(.source, nil), .drop(.target, nil)]
        case .deleteSource: return [.deleteRows(.source), .deleteOwnership(.source)]
        case .dropStreams: return [.drop(.target, nil), .drop(.source, nil)]
        case .deleteTarget: return [.deleteRows(.target), .deleteOwnership(.target)]
        case .checkEmpty: return [.checkEmpty(record.state == .completing ? .source : .target)]
        case .claim, .hold, .commit, .release, .unhold, .certify: return []
        }
    }
}
