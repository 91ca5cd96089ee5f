/// What a client has done since it was made; counters only grow, except `pending`.
package struct RedisStatistics: Sendable, Hashable {
    /// Commands accepted, those of handshakes included.
    package var commands = 0

    /// Replies received.
    package var replies = 0

    /// Replies that were errors.
    package var errorReplies = 0

    /// Commands whose replies are missing now.
    package var pending = 0

    /// Connections closed because a reply did not come in time.
    package var timeouts = 0

    /// Commands given up by their callers.
    package var cancellations = 0

    /// Requests refused at once because no connection was open.
    package var refusals = 0

    /// Connections made, handshake included.
    package var connectionsOpened = 0

    /// Connections lost, other than by shutting down.
    package var connectionsLost = 0

    /// Attempts to connect that failed.
    package var attemptsFailed = 0

    /// Bytes given to the kernel.
    package var bytesSent = 0

    /// Bytes received.
    package var bytesReceived = 0

    /// Connections open now.
    package var connectionsOpen = 0
}
