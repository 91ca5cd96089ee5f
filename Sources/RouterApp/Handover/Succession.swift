import Synchronization

/// Whether another process has taken over from this one.
final class Succession: Sendable {
    private let state = Mutex<(hasHappened: Bool, waiters: [AsyncStream<Never>.Continuation])>((false, []))

    var hasHappened: Bool { state.withLock { $0.hasHappened } }

    func happen() {
        let waiters = state.withLock { state in
            state.hasHappened = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Returns when it has happened, or the task is cancelled.
    func wait() async {
        let (stream, waiter) = AsyncStream.makeStream(of: Never.self)
        let mustWait = state.withLock { state in
            if !state.hasHappened { state.waiters.append(waiter) }
            return !state.hasHappened
        }
        guard mustWait else { return }
        for await _ in stream {}
    }
}
