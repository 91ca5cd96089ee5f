import Moving
import Synchronization

/// What a mover knows besides the journal, and what is wished of it meanwhile; lost with it, and not missed.
final class MoveNotes: Sendable {
    private struct State {
        /// For whoever watches.
        var progress: MoveProgress
        var tables: [TableComparison] = []
        var frozenAt: ContinuousClock.Instant?
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
