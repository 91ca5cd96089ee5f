/// A time without any connection to the server.
package struct RedisOutage: Sendable {
    /// When the last connection was lost, or the client was made.
    package let since: ContinuousClock.Instant

    /// The failure seen last; `nil` while nothing has been tried.
    package let reason: RedisError?

    package init(since: ContinuousClock.Instant, reason: RedisError?) {
        self.since = since
        self.reason = reason
    }
}
