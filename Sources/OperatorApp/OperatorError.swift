package import Topology

/// A command that cannot do what was asked, told in one sentence: what, where, and what to do about it.
package struct OperatorError: Error {
    /// What the process ends with.
    package let status: ExitStatus
    package let message: String
    package let underlying: (any Error)?

    package init(_ status: ExitStatus, _ message: String, underlying: (any Error)? = nil) {
        self.status = status
        self.message = message
        self.underlying = underlying
    }
}

extension OperatorError: CustomStringConvertible {
    package var description: String { message }
}
