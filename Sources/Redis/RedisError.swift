/// Why there is no reply: what happened, at which server, and whether the command may have been executed.
package struct RedisError: Error, Sendable {
    /// What happened; bounded, so that it can label a metric.
    package let code: Code

    /// Whether the command may have taken effect.
    package let delivery: Delivery

    /// The server, as `host:port`.
    package let endpoint: String

    /// What happened and what to do about it, without the server's address.
    package let message: String

    /// The failure behind this one, if there is one.
    package let underlying: (any Error)?

    package init(
        _ code: Code,
        _ delivery: Delivery,
        endpoint: String,
        message: String,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.delivery = delivery
        self.endpoint = endpoint
        self.message = message
        self.underlying = underlying
    }

    /// The same failure, as it concerns a command with this fate.
    func with(_ delivery: Delivery) -> RedisError {
        RedisError(code, delivery, endpoint: endpoint, message: message, underlying: underlying)
    }
}

extension RedisError {
    /// The kinds of failure.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        // Of the connection
        /// No connection is open and the last attempt to open one failed, or did not end in time.
        case unavailable
        /// A connection could not be opened: address unknown, refused, unreachable, or closed during the handshake.
        case connectFailed
        /// The server did not complete connection and handshake in time.
        case connectTimedOut
        /// The server refused user name or password.
        case authentication
        /// The reply did not come in time, to this command or to one sent before it; the connection was closed.
        case timedOut
        /// The connection broke or was closed before the reply came.
        case connectionLost
        /// The peer sent something that is not RESP2, or more than the limits allow; the connection was closed.
        case protocolViolation
        /// The task that waited was cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown

        // Of the server's answer
        /// `LOADING`: the server reads its data from disk.
        case loading
        /// `READONLY`: the server is a replica.
        case readOnly
        /// `OOM`: the server's memory limit is reached and nothing can be evicted.
        case outOfMemory
        /// `BUSY`: a script has been running for too long.
        case busy
        /// `NOSCRIPT`: the server does not know the script.
        case noScript
        /// `NOAUTH` or `NOPERM`: the user may not do this.
        case noPermission
        /// `WRONGTYPE`: the key holds a value of another type.
        case wrongType
        /// Any other error reply.
        case rejected
    }

    /// What is known about the command's fate.
    package enum Delivery: String, Sendable, Hashable, CaseIterable {
        /// The server has not received the whole command and will not: it was certainly not executed.
        case notSent
        /// The command was handed to the network: it may have been executed, or may still be.
        case mayHaveExecuted
        /// The server answered with this error: a single command did nothing, a script may have done a part of its
        /// work.
        case answered
    }
}

extension RedisError: CustomStringConvertible {
    /// One sentence: where, what, and what to do.
    package var description: String { "Redis at \(endpoint) \(message)." }
}
