/// Why a reactor could not do what it was asked for.
package struct ReactorError: Error, Sendable, Hashable {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The reactor was shut down, or is being shut down.
        case shutDown
        /// A system call failed.
        case system
        /// A host name has no address, or the name service did not answer.
        case unresolvable
    }

    /// What happened; bounded.
    package let code: Code

    /// What was being done, and why it failed.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ReactorError: CustomStringConvertible {
    package var description: String { message }
}
