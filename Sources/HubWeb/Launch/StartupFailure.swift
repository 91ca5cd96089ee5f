import Observability
package import Topology

/// Why a process does not serve: one sentence that says what, where and what to do, and its exit status.
package struct StartupFailure: Error, CustomStringConvertible {
    package let description: String
    package let status: ExitStatus

    package init(_ sentence: String, status: ExitStatus) {
        description = sentence
        self.status = status
    }
}

extension StartupFailure {
    /// The failure that an error of a process's start or of its services amounts to.
    package init(_ error: any Error) {
        switch error {
        case let failure as StartupFailure: self = failure
        case let error as TopologyError: self.init(error.description, status: .usage)
        case let error as SecretError: self.init(error.description, status: .usage)
        case let error as ListenError: self.init(error.description, status: .refused)
        default: self.init("stopped by an error nobody expected: \(error)", status: .failed)
        }
    }
}
