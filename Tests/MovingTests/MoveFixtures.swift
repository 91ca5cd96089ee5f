import FoundationEssentials
import HubModel
import Moving

extension MoveRecord {
    static func fixture(_ state: MoveState = .planned, wish: MoveWish? = nil) -> MoveRecord {
        MoveRecord(
            id: MoveID("0198c0de-0000-7000-8000-000000000001")!,
            tenant: TenantID("0198c0de-0000-7000-8000-000000000002")!,
            source: ShardID("us-1")!,
            target: ShardID("eu-1")!,
            state: state,
            serving: state == .switched ? .target : .source,
            epoch: .first,
            wish: wish
        )
    }

    /// As the directory hands it to whoever takes it.
    var taken: MoveRecord {
        var record = self
        record.attempt = attempt.next
        return record
    }
}

/// A mover to whom everything succeeds until something is made to fail, and what it did.
struct Rehearsal {
    private(set) var machine: MoveStateMachine
    private(set) var decision: MoveStateMachine.Decision
    private(set) var steps: [MoveStep] = []
    private(set) var waits: [Duration] = []

    init(_ record: MoveRecord) {
        machine = MoveStateMachine(record)
        decision = machine.take(record.taken)
    }

    var record: MoveRecord { decision.record }

    /// Goes on until it rests, or is about to do the step.
    mutating func run(until last: MoveStep? = nil) {
        while decision.action != .rest, decision.action != .stop {
            switch decision.action {
            case .perform(let step), .change(let step, _):
                if step == last { return }
                steps.append(step)
                let result = step == .mark ? MoveStepResult.marked(LogPosition(rawValue: 7)) : .done
                decision = machine.succeed(result)
            case .claim:
                if last == .claim { return }
                steps.append(.claim)
                decision = machine.succeed()
            case .wait(let duration):
                waits.append(duration)
                decision = machine.resume()
            case .adopt:
                decision = machine.take(machine.record.taken)
            case .rest, .stop:
                return
            }
        }
    }

    mutating func fail(_ code: MoveProblem.Code) {
        decision = machine.fail(MoveProblem(code, "planted"))
    }

    mutating func wish(_ wish: MoveWish) {
        if let next = machine.wish(wish) { decision = next }
    }
}
