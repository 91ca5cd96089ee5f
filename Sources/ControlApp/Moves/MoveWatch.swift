import Moving
import Synchronization

/// What a mover hears while it works: wishes, and that the move is another's now.
final class MoveWatch: Sendable {
    private struct State {
        var attempt: MoveAttempt
        /// What the journal said last.
        var heard: MoveWish?
        /// What the mover has not looked at yet.
        var news: MoveWish?
        var isLost = false
        /// Ends the step, or the wait, that is under way; what is interruptible.
        var interruption: (@Sendable () -> Void)?
        var isInterruptible = false
    }

    private let state: Mutex<State>

    init(attempt: MoveAttempt, wish: MoveWish?) {
        state = Mutex(State(attempt: attempt, heard: wish))
    }

    var attempt: MoveAttempt { state.withLock { $0.attempt } }
    var isLost: Bool { state.withLock { $0.isLost } }

    func took(_ attempt: MoveAttempt) {
        state.withLock { $0.attempt = attempt }
    }

    func hear(_ wish: MoveWish?, in attempt: MoveAttempt) {
        let interruption = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.attempt == attempt, state.heard != wish else { return nil }
            state.heard = wish
            state.news = wish
            return wish == .cancel && state.isInterruptible ? state.interruption : nil
        }
        interruption?()
    }

    func lose() {
        let interruption = state.withLock { state in
            state.isLost = true
            return state.interruption
        }
        interruption?()
    }

    func hasWish(otherThan known: MoveWish?) -> Bool {
        state.withLock { $0.news != nil && $0.news != known }
    }

    /// A wish that the mover does not know of yet.
    func takeWish(otherThan known: MoveWish?) -> MoveWish? {
        state.withLock { state in
            defer { state.news = nil }
            guard let wish = state.news, wish != known else { return nil }
            return wish
        }
    }

    /// Waits, but not beyond a wish, nor the loss of the move.
    func sleep(_ duration: Duration) async {
        _ = await interruptibly(isInterruptible: true, within: nil) {
            try? await Task.sleep(for: duration)
        }
    }

    /// Runs `body` to its end, which is hastened by a time-out, the loss of the move, or a wish to cancel.
    ///
    /// - Returns: nil when it was hastened.
    func interruptibly<Answer: Sendable>(
        isInterruptible: Bool,
        within limit: Duration?,
        _ body: @escaping @Sendable () async -> Answer
    ) async -> Answer? {
        await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await body() }
            let (stops, stop) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let isLost = state.withLock { state in
                state.interruption = { stop.yield() }
                state.isInterruptible = isInterruptible
                return state.isLost
            }
            if isLost { stop.yield() }
            group.addTask {
                for await _ in stops { break }
                return nil
            }
            if let limit {
                group.addTask {
                    try? await Task.sleep(for: limit)
                    return nil
                }
            }
            let answer = await group.next() ?? nil
            group.cancelAll()
            stop.finish()
            // What was cancelled counts as in flight until it has ended.
            await group.waitForAll()
            state.withLock {
                $0.interruption = nil
                $0.isInterruptible = false
            }
            return answer
        }
    }
}
