package import Placement
import Synchronization

/// Where something is put each time it changes, and the event loops take it from.
package final class Board<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var readers: [@Sendable (Value) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The last value, or nil before the first.
    package var value: Value? { state.withLock { $0.value } }

    package func publish(_ value: Value) {
        let readers = state.withLock { state in
            state.value = value
            return state.readers
        }
        for reader in readers { reader(value) }
    }

    /// Calls `reader` with the present value, if there is one, and with each one from now on.
    ///
    /// A reader may be called for one value twice, never for an older one after a newer one by one publisher.
    func subscribe(_ reader: @escaping @Sendable (Value) -> Void) {
        let present = state.withLock { state in
            state.readers.append(reader)
            return state.value
        }
        if let present { reader(present) }
    }

    /// Waits for the first value; until the task is cancelled.
    func waitForFirst() async {
        let (values, continuation) = AsyncStream.makeStream(of: Void.self)
        subscribe { _ in continuation.finish() }
        for await _ in values {}
    }
}

/// The directory, as the feed follows it.
package typealias SnapshotBoard = Board<DirectorySnapshot>
