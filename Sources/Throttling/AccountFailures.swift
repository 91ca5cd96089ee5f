package import HubModel

/// The wrong passwords for one account since the last right one.
package struct AccountFailures: Hashable, Sendable {
    package private(set) var count: Int
    package private(set) var last: Timestamp
    /// When the right password was last given.
    package private(set) var forgiven: Timestamp

    package init(
        count: Int = 0,
        last: Timestamp = Timestamp(microseconds: 0),
        forgiven: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.count = count
        self.last = last
        self.forgiven = forgiven
    }

    /// How long until a password is looked at again; nil when one is.
    package func wait(_ allowance: LoginAllowance, now: Timestamp) -> Duration? {
        guard now - last < allowance.memory else { return nil }
        let delay = allowance.delay(after: count)
        // Never longer than the delay itself, lest a clock that was ahead should lengthen it.
        let wait = min(last + delay - now, delay)
        return wait > .zero ? wait : nil
    }

    package mutating func fail(_ allowance: LoginAllowance, now: Timestamp) {
        if now - last >= allowance.memory { count = 0 }
        count += 1
        last = now
    }

    package mutating func forgive(now: Timestamp) {
        self = AccountFailures(forgiven: now)
    }

    /// What two observers know together: whoever knows of a later right password is believed, and of two counts since the
    /// same one the higher holds. That is the greater in an order, so neither sequence nor repetition matters.
    package mutating func merge(_ other: AccountFailures) {
        if (other.forgiven, other.count, other.last) > (forgiven, count, last) { self = other }
    }
}
