/// Decides what follows when a backend did not answer (DESIGN §4.5). Pure.
struct RetryPolicy {
    enum Failure: Equatable {
        /// No connection could be made: the backend has seen nothing.
        case notConnected
        /// A connection that had served before closed without one byte of an answer: it may never have seen the request.
        case staleConnection
        /// A new connection closed without a whole answer: the backend may have acted on the request.
        case lost
        /// The answer breaks the rules of HTTP.
        case badAnswer
        case timeout
        /// The pool to this backend is full.
        case overloaded
    }

    enum Decision: Equatable {
        /// Try a backend that has not been tried.
        case tryAnother
        /// Try once more, on a new connection.
        case tryAgain
        case fail(Status)
    }

    enum Status: Int {
        case badGateway = 502
        case unavailable = 503
        case gatewayTimeout = 504
    }

    let isIdempotent: Bool
    private var hasRetriedStale = false

    init(isIdempotent: Bool) {
        self.isIdempotent = isIdempotent
    }

    /// - Parameter canReplay: everything of the request that was received is still at hand.
    mutating func decide(after failure: Failure, canReplay: Bool) -> Decision {
        switch failure {
        case .notConnected, .overloaded:
            return .tryAnother
        case .staleConnection:
            guard isIdempotent, canReplay, !hasRetriedStale else { return .fail(.badGateway) }
            hasRetriedStale = true
            return .tryAgain
        case .lost, .badAnswer:
            return .fail(.badGateway)
        case .timeout:
            return .fail(.gatewayTimeout)
        }
    }
}
