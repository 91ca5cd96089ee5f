/// Decides when one lost connection is tried again.
///
/// Pure: time and randomness are handed in. The shell carries out the returned action and reports its outcome as the
/// next event.
struct ReconnectStateMachine: Sendable {
    /// Where the connection stands; failures are counted in a row.
    enum State: Sendable, Hashable {
        /// Not asked for yet.
        case idle
        /// An attempt is under way.
        case connecting(failures: Int)
        /// The connection is open; the failures are those before it, forgotten once it proves stable.
        case connected(since: ContinuousClock.Instant, failures: Int)
        /// The last attempt failed; the next is due after a delay.
        case waiting(failures: Int)
        /// No further attempt will be made.
        case stopped
    }

    /// What the shell must do next.
    enum Action: Sendable, Hashable {
        /// Open a connection and report `connected` or `attemptFailed`.
        case connect
        /// Wait so long and report `waited`.
        case wait(Duration)
        /// Nothing: the state machine has stopped, or awaits the loss of the connection.
        case nothing
    }

    private(set) var state = State.idle
    private let backoff: RedisBackoff

    init(backoff: RedisBackoff) {
        self.backoff = backoff
    }

    /// Whether the last attempt failed, so that nobody should wait for the next.
    var lastAttemptFailed: Bool {
        switch state {
        case .connecting(let failures), .waiting(let failures): failures > 0
        case .idle, .connected, .stopped: false
        }
    }

    /// Begins the first attempt.
    mutating func start() -> Action {
        guard case .idle = state else { return .nothing }
        state = .connecting(failures: 0)
        return .connect
    }

    /// The attempt gave an open connection.
    mutating func connected(at now: ContinuousClock.Instant) {
        guard case .connecting(let failures) = state else { return }
        state = .connected(since: now, failures: failures)
    }

    /// The attempt gave an error.
    ///
    /// - Parameter jitter: a random number in 0 ..< 1.
    mutating func attemptFailed(jitter: Double) -> Action {
        guard case .connecting(let failures) = state else { return .nothing }
        return wait(afterFailures: failures + 1, jitter: jitter)
    }

    /// The open connection was lost.
    ///
    /// A stable one is tried again at once. A short-lived one is tried again after a delay, as a server that accepts
    /// connections only to close them must not be hammered; so is one whose server got stuck, as nobody should wait for
    /// that.
    mutating func connectionLost(at now: ContinuousClock.Instant, isStuck: Bool, jitter: Double) -> Action {
        guard case .connected(let since, let failures) = state else { return .nothing }
        let isStable = now - since >= backoff.stableAfter
        guard isStable, !isStuck else { return wait(afterFailures: isStable ? 1 : failures + 1, jitter: jitter) }
        state = .connecting(failures: 0)
        return .connect
    }

    /// The delay is over.
    mutating func waited() -> Action {
        guard case .waiting(let failures) = state else { return .nothing }
        state = .connecting(failures: failures)
        return .connect
    }

    /// No further attempts.
    mutating func stop() {
        state = .stopped
    }

    // MARK: - Private

    private mutating func wait(afterFailures failures: Int, jitter: Double) -> Action {
        state = .waiting(failures: failures)
        return .wait(backoff.delay(afterFailures: failures, jitter: jitter))
    }
}
