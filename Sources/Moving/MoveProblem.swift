/// Why a step failed, as far as it matters to what happens next.
package struct MoveProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Codable, Sendable {
        /// It did not happen and may succeed later: a server that is down, a lock that was not to be had, a stream that
        /// still lags.
        case transient
        /// Nobody knows whether it happened, or will: a connection was lost under it. Whoever meets this takes the move
        /// anew, under the next attempt, and so keeps what may still be running from coming to pass later.
        case unknown
        /// Trying again does not help; an operator must do something.
        case refused
        /// The copy is lost, or differs: it must be made again.
        case copyLost = "copy-lost"
        /// The pause lasted longer than its budget.
        case overdue
        /// Another mover has the move.
        case superseded
    }

    package let code: Code
    /// A sentence for operators: what happened, and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
