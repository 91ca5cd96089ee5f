/// Decides what follows when a backend did not answer (DESIGN §4.5). Pure.
struct RetryPolicy {
    enum Failure: Equatable {
        /// No connection could be made: the backend has seen nothing.
        case notConnected
        /// The connection closed without one byte of an answer: the backend may or may not have acted on the request.
        case unanswered
        /// The connection closed in the middle of an answer.
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
    private var hasTriedAgain = false

    init(isIdempotent: Bool) {
        self.isIdempotent = isIdempotent
    }

    /// - Parameter canReplay: everything of the request that was received is still at hand.
    mutating func decide(after failure: Failure, canReplay: Bool) -> Decision {
        switch failure {
        case .notConnected, .overloaded:
            return .tryAnother
        case .unanswered:
            guard isIdempotent else { return .fail(.badGateway) }
            guard canReplay, !hasTriedAgain else { return .fail(.unavailable) }
            hasTriedAgain = true
            return .tryAgain
        case .lost:
            // Only who may repeat the request without harm is invited to.
            return .fail(isIdempotent ? .unavailable : .badGateway)
        case .badAnswer:
            return .fail(.badGateway)
        case .timeout:
            return .fail(.gatewayTimeout)
        }
    }
}
