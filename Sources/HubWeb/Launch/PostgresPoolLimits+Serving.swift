package import Postgres

extension PostgresPoolLimits {
    /// The limits of a pool that serves requests: whoever cannot be served soon is told so within a second.
    package static func serving(maximum: Int) -> PostgresPoolLimits {
        var limits = PostgresPoolLimits()
        limits.minimum = 1
        limits.maximum = maximum
        limits.acquireTimeout = .milliseconds(900)
        limits.failFastAfter = .milliseconds(300)
        limits.backoffCap = .seconds(1)
        limits.drainTimeout = .seconds(3)
        return limits
    }
}
