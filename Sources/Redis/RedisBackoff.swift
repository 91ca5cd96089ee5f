/// Exponential backoff with jitter: half of each delay is fixed, so that a dead server is not hammered, and half
/// random, so that many clients do not return in step.
package struct RedisBackoff: Sendable, Hashable {
    /// The delay after the first failure, before jitter.
    package var base: Duration

    /// The longest delay.
    package var cap: Duration

    /// How long a connection must have lived for its loss to count as a new incident rather than another failure.
    package var stableAfter: Duration

    package init(
        base: Duration = .milliseconds(50),
        cap: Duration = .seconds(1),
        stableAfter: Duration = .seconds(2)
    ) {
        self.base = base
        self.cap = cap
        self.stableAfter = stableAfter
    }

    /// The delay after so many failures in a row.
    ///
    /// - Parameters:
    ///   - failures: at least 1.
    ///   - jitter: a random number in 0 ..< 1.
    package func delay(afterFailures failures: Int, jitter: Double) -> Duration {
        // 2^20 times any sensible base is past any sensible cap, and stays far from overflow.
        let doublings = min(max(failures, 1) - 1, 20)
        let full = min(cap, base * (1 << doublings))
        return full / 2 + full / 2 * jitter
    }
}
