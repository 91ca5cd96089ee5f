import Migrations
import Observability
import Postgres
import RouterTLS
import Topology

/// Why a router does not serve: one sentence that says what, where and what to do, and its exit status.
struct RouterFailure: Error, CustomStringConvertible {
    let description: String
    let status: ExitStatus

    init(_ sentence: String, status: ExitStatus) {
        description = sentence
        self.status = status
    }

    /// The failure that an error of the start or of a service amounts to.
    init(_ error: any Error) {
        switch error {
        case let failure as RouterFailure:
            self = failure
        case let error as TopologyError:
            self.init(error.description, status: .usage)
        case let error as SecretError:
            self.init(error.description, status: .usage)
        case let error as CertificateError:
            self.init(error.description, status: .usage)
        case let error as ListenError:
            self.init(error.description, status: .refused)
        case let error as MigrationError:
            self.init(error.description, status: .wrongSchema)
        case let error as PostgresError where error.code == .authentication:
            self.init("\(error); check the secret \(SecretName.directoryRouterPassword.text)", status: .usage)
        default:
            self.init("stopped by an error nobody expected: \(error)", status: .failed)
        }
    }
}
