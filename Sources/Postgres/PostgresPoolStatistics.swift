/// A pool at one moment, for gauges and counters.
package struct PostgresPoolStatistics: Sendable, Hashable {
    // At this moment
    /// Connections that are open.
    package var total = 0
    /// Open connections that nobody uses.
    package var idle = 0
    /// Connections lent to somebody.
    package var leased = 0
    /// Attempts to connect that are under way.
    package var connecting = 0
    /// Callers that wait for a connection.
    package var waiting = 0
    /// Whether the server is known to be down.
    package var isDown = false

    // Since the beginning
    /// Leases given out.
    package var acquired: UInt64 = 0
    /// Connections opened.
    package var connected: UInt64 = 0
    /// Attempts to connect that failed.
    package var connectFailures: UInt64 = 0
    /// Callers that waited in vain for a connection, or found too many others waiting.
    package var exhausted: UInt64 = 0
    /// Callers that were told that the server is down.
    package var failedFast: UInt64 = 0
}
