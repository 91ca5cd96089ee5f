import Synchronization

/// An operator's wish to stop, which a command may put off until it is between two steps.
package final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        var isDeferred = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether somebody wants the command to stop.
    package var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks the command to stop.
    ///
    /// - Returns: whether to cancel it now; a command that defers stops by itself soon.
    package func request() -> Bool {
        state.withLock { state in
            state.isRequested = true
            return !state.isDeferred
        }
    }

    /// Does work that asks ``isRequested`` between its steps and is not cancelled in the middle of one.
    func deferring<Result>(_ work: () async throws -> Result) async throws -> Result {
        state.withLock { $0.isDeferred = true }
        defer { state.withLock { $0.isDeferred = false } }
        return try await work()
    }
}
