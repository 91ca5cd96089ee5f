import HubWire

/// Why a shard's backends did not do what control asked.
struct ShardClientError: Error, CustomStringConvertible {
    enum Code: Hashable, Sendable {
        /// No backend received the request: certainly nothing was done.
        case notSent
        /// A backend looked at the request and did nothing.
        case refused
        /// A backend may have done it.
        case unknown
    }

    let code: Code
    let message: String
    let underlying: (any Error)?
    /// What the backend said when it refused.
    let problem: Problem?

    init(_ code: Code, _ message: String, underlying: (any Error)? = nil, problem: Problem? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
        self.problem = problem
    }

    var description: String { underlying.map { "\(message): \($0)" } ?? message }
}
