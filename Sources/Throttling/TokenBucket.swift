package import HubModel

/// A token bucket, kept as the moment at which it will be full again (virtual scheduling: ITU-T I.371, GCRA).
///
/// A bucket never used is full; one that is full again need not be remembered.
package struct TokenBucket: Hashable, Sendable {
    /// How many tokens a bucket holds, and how long an empty one takes to fill.
    package struct Rate: Hashable, Sendable {
        package let quota: Int
        package let window: Duration

        /// - Parameter quota: at least 1.
        package init(quota: Int, window: Duration) {
            self.quota = quota
            self.window = window
        }

        /// The time in which one token comes.
        package var interval: Duration { window / quota }
    }

    package private(set) var fullAt: Timestamp

    package init(fullAt: Timestamp = Timestamp(microseconds: 0)) {
        self.fullAt = fullAt
    }

    /// How long until there is a token; nil when there is one.
    package func wait(at rate: Rate, now: Timestamp) -> Duration? {
        let excess = (taken(at: rate, now: now) + rate.interval) - rate.interval * rate.quota
        return excess > .zero ? excess : nil
    }

    /// Takes a token, whether there is one or not.
    package mutating func take(at rate: Rate, now: Timestamp) {
        fullAt = now + (taken(at: rate, now: now) + rate.interval)
    }

    /// Puts a token back.
    package mutating func giveBack(at rate: Rate) {
        fullAt = fullAt + (.zero - rate.interval)
    }

    /// How many tokens there are.
    package func remaining(at rate: Rate, now: Timestamp) -> Int {
        let left = rate.interval * rate.quota - taken(at: rate, now: now)
        return max(0, Int(left / rate.interval))
    }

    /// How long until the bucket is full.
    package func refill(at rate: Rate, now: Timestamp) -> Duration { taken(at: rate, now: now) }

    package mutating func merge(_ other: TokenBucket) {
        fullAt = max(fullAt, other.fullAt)
    }

    // MARK: - Private

    /// The time it takes to refill what is gone. Never more than an empty bucket's, lest a clock that was ahead, or a rate
    /// that was lower, should hold a caller up for ever.
    private func taken(at rate: Rate, now: Timestamp) -> Duration {
        min(max(fullAt - now, .zero), rate.interval * rate.quota)
    }
}
