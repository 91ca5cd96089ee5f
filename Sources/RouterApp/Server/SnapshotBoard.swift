package import Placement
import Synchronization

/// Where the feed puts each new snapshot and the event loops take it from.
package final class SnapshotBoard: Sendable {
    private struct State {
        var snapshot: DirectorySnapshot?
        var readers: [@Sendable (DirectorySnapshot) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The last snapshot, or nil before the first.
    package var snapshot: DirectorySnapshot? { state.withLock { $0.snapshot } }

    package func publish(_ snapshot: DirectorySnapshot) {
        let readers = state.withLock { state in
            state.snapshot = snapshot
            return state.readers
        }
        for reader in readers { reader(snapshot) }
    }

    /// Calls `reader` with the present snapshot, if there is one, and with each one from now on.
    ///
    /// A reader may be called for one snapshot twice, never for an older one after a newer one by one publisher.
    func subscribe(_ reader: @escaping @Sendable (DirectorySnapshot) -> Void) {
        let present = state.withLock { state in
            state.readers.append(reader)
            return state.snapshot
        }
        if let present { reader(present) }
    }
}
