/// How many connections a pool keeps and how long things may take.
package struct PostgresPoolLimits: Sendable {
    /// Connections kept even when nobody needs them.
    package var minimum: Int

    /// Connections at most.
    package var maximum: Int

    /// Callers that may wait for a connection; one more fails at once.
    package var maximumWaiting: Int

    /// How long a caller waits for a connection.
    package var acquireTimeout: Duration

    /// How long a caller waits while the server is known to be down: no connection is open and the last attempt failed.
    package var failFastAfter: Duration

    /// How long a connection above the minimum stays unused.
    package var idleTimeout: Duration

    /// How long a connection stays unused before it is tried out.
    package var healthCheckInterval: Duration

    /// The age at which a connection is replaced.
    package var maximumLifetime: Duration

    /// The pause after the first failed attempt to connect; each further failure doubles it. Pauses are shortened at random by
    /// up to half, so that many processes do not come back at once.
    package var backoffStart: Duration

    /// The longest pause.
    package var backoffCap: Duration

    /// How long a pool that ends waits for the connections in use.
    package var drainTimeout: Duration

    package init(
        minimum: Int = 0,
        maximum: Int = 10,
        maximumWaiting: Int = 10_000,
        acquireTimeout: Duration = .seconds(5),
        failFastAfter: Duration = .milliseconds(500),
        idleTimeout: Duration = .seconds(600),
        healthCheckInterval: Duration = .seconds(30),
        maximumLifetime: Duration = .seconds(3600),
        backoffStart: Duration = .milliseconds(50),
        backoffCap: Duration = .seconds(2),
        drainTimeout: Duration = .seconds(10)
    ) {
        precondition(maximum > 0 && minimum >= 0 && minimum <= maximum, "0 ≤ minimum ≤ maximum, and at least one")
        self.minimum = minimum
        self.maximum = maximum
        self.maximumWaiting = maximumWaiting
        self.acquireTimeout = acquireTimeout
        self.failFastAfter = failFastAfter
        self.idleTimeout = idleTimeout
        self.healthCheckInterval = healthCheckInterval
        self.maximumLifetime = maximumLifetime
        self.backoffStart = backoffStart
        self.backoffCap = backoffCap
        self.drainTimeout = drainTimeout
    }
}
