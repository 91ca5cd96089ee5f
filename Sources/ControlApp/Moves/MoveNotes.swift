import Moving
import Synchronization

/// What a mover knows besides the journal, and what is wished of it meanwhile; lost with it, and not missed.
final class MoveNotes: Sendable {
    private struct State {
        /// For whoever watches.
        var progress: MoveProgress
        var tables: [TableComparison] = []
        var frozenAt: ContinuousClock.Instant?
        var steps: [(step: MoveStep, time: Duration)] = []
        var isDirty = false
    }

    private let state: Mutex<State>

    /// - Parameter progress: as the mover before left it.
    init(_ progress: MoveProgress = MoveProgress()) {
        state = Mutex(State(progress: progress))
    }

    /// What was compared last within a switch.
    var tables: [TableComparison] {
        get { state.withLock { $0.tables } }
        set { state.withLock { $0.tables = newValue } }
    }

    /// When the pause began.
    var frozenAt: ContinuousClock.Instant? {
        get { state.withLock { $0.frozenAt } }
        set { state.withLock { $0.frozenAt = newValue } }
    }

    /// A pause begins.
    func freezeBegins() {
        state.withLock {
            $0.frozenAt = .now
            $0.steps = []
        }
    }

    /// Notes a step of the pause.
    func add(_ step: MoveStep, _ time: Duration) {
        state.withLock { if $0.frozenAt != nil { $0.steps.append((step, time)) } }
    }

    /// How long each step since the freeze has taken, in words.
    var steps: String {
        state.withLock { state in
            state.steps.map { "\($0.step.rawValue) \(Int(($0.time / .milliseconds(1)).rounded()))" }.joined(
                separator: ", "
            )
        }
    }

    func update(_ change: (inout MoveProgress) -> Void) {
        state.withLock {
            change(&$0.progress)
            $0.isDirty = true
        }
    }

    /// The progress, if it has changed since this was last asked.
    func takeProgress() -> MoveProgress? {
        state.withLock { state in
            defer { state.isDirty = false }
            return state.isDirty ? state.progress : nil
        }
    }
}
