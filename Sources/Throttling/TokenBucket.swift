package import HubModel

/// A token bucket, kept as the moment at which it will be full again (virtual scheduling: ITU-T I.371, GCRA).
///
/// A bucket never used is full; one that is full again need not be remembered.
package struct TokenBucket: Hashable, Sendable {
    /// How many tokens a bucket holds, and how long an empty one takes to fill.
    package struct Rate: Hashable, Sendable {
        package let quota: Int
        package let window: Duration
        /// Microseconds in which one token comes, and in which all do: a router takes a token for each request, and
        /// dividing durations costs more than all the rest of that.
        fileprivate let step: Int64
        fileprivate let span: Int64

        /// - Parameter quota: at least 1.
        package init(quota: Int, window: Duration) {
            self.quota = quota
            self.window = window
            let (seconds, attoseconds) = window.components
            step = (seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / Int64(quota)
            span = step * Int64(quota)
        }

        /// The time in which one token comes, in whole microseconds.
        package var interval: Duration { .microseconds(step) }
    }

    package private(set) var fullAt: Timestamp

    package init(fullAt: Timestamp = Timestamp(microseconds: 0)) {
        self.fullAt = fullAt
    }

    /// How long until there is a token; nil when there is one.
    package func wait(at rate: Rate, now: Timestamp) -> Duration? {
        let excess = taken(at: rate, now: now) + rate.step - rate.span
        return excess > 0 ? .microseconds(excess) : nil
    }

    /// Takes a token, whether there is one or not.
    package mutating func take(at rate: Rate, now: Timestamp) {
        fullAt = Timestamp(microseconds: now.microseconds + taken(at: rate, now: now) + rate.step)
    }

    /// Takes a token if there is one.
    ///
    /// - Returns: nil when there was one; else how long to wait for it.
    mutating func takeIfThere(at rate: Rate, now: Timestamp) -> Duration? {
        if let wait = wait(at: rate, now: now) { return wait }
        take(at: rate, now: now)
        return nil
    }

    /// Puts a token back.
    package mutating func giveBack(at rate: Rate) {
        fullAt = Timestamp(microseconds: fullAt.microseconds - rate.step)
    }

    /// How many tokens there are.
    package func remaining(at rate: Rate, now: Timestamp) -> Int {
        guard rate.step > 0 else { return rate.quota }
        return Int((rate.span - taken(at: rate, now: now)) / rate.step)
    }

    /// How long until the bucket is full.
    package func refill(at rate: Rate, now: Timestamp) -> Duration { .microseconds(taken(at: rate, now: now)) }

    package mutating func merge(_ other: TokenBucket) {
        fullAt = max(fullAt, other.fullAt)
    }

    // MARK: - Private

    /// The microseconds it takes to refill what is gone. Never more than an empty bucket's, lest a clock that was ahead, or
    /// a rate that was lower, should hold a caller up for ever.
    private func taken(at rate: Rate, now: Timestamp) -> Int64 {
        min(max(fullAt.microseconds - now.microseconds, 0), rate.span)
    }
}
