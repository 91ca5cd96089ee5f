import NIOCore

/// Bounds and time-outs of a ``TLSFront``.
package struct FrontLimits: Sendable {
    /// From the connection to the end of the handshake.
    package var handshake: Duration = .seconds(10)
    /// How long an HTTP/2 connection without a request is kept.
    package var idle: Duration = .seconds(75)
    /// How long a client may take nothing of what is sent to it, and how long it has for the rest of a finished answer.
    package var stall: Duration = .seconds(60)
    /// How long a client may go on sending after its last answer.
    package var linger: Duration = .seconds(2)
    /// Bytes of the names and values of a request's fields; whoever serves the pairs may be stricter.
    package var headBytes = 64 * 1024
    /// Fields of a request.
    package var fields = 128
    /// Requests under way on one HTTP/2 connection.
    package var streams = 100

    package init() {}

    /// The header list size of HTTP/2, which counts 32 bytes for each field (RFC 9113 section 6.5.2).
    ///
    /// It is above the limit, so that a head that is a little too large gets its answer of those who serve it.
    var headerListSize: Int { 2 * headBytes + 32 * fields }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
