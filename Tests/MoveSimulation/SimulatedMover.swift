import HubModel
import Moving

/// A hub-control, and the move it is making.
struct SimulatedMover: Hashable {
    enum Phase: Hashable {
        /// It has no move.
        case idle
        /// It is about to raise the attempt.
        case adopting
        case journalling
        /// What is left of the action; the first is in flight.
        case acting([Operation])
        case replied(Reply)
        case waiting
    }

    enum Reply: Hashable {
        case success(MoveStepResult)
        case failure(MoveProblem)
    }

    /// What a mover knows only while it lives.
    struct Memory: Hashable {
        var snapshot: [Int]?
        var position: LogPosition?
    }

    var phase = Phase.idle
    var machine: MoveStateMachine?
    var decision: MoveStateMachine.Decision?
    var memory = Memory()
    /// The wish that the journal had when the mover last heard of it.
    var knownWish: MoveWish?
    var isPaused = false

    /// The record under which what is in flight was sent.
    var record: MoveRecord? { decision?.record }
}

/// A statement whose connection is lost, and that may run yet.
struct Ghost: Hashable {
    let operation: Operation
    let record: MoveRecord
    var memory: SimulatedMover.Memory
}
