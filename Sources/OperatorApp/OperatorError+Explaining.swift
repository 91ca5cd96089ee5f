import Credentials
import Directory
import HubWire
import Migrations
import MoveEngine
import Postgres
import Reactor
import ShardStore
import Topology

extension OperatorError {
    /// The sentence and exit status of a failure from any room below; nil for one that the argument parser words.
    init?(explaining error: any Error) {
        switch error {
        case let error as OperatorError: self = error
        case let error as TopologyError: self.init(.usage, error.description, underlying: error)
        case let error as SecretError: self.init(.usage, error.description, underlying: error)
        case let error as PrivateFile.Failure: self.init(.failed, error.description, underlying: error)
        case let error as TransportError: self.init(.unreachable, error.description, underlying: error)
        case let error as MigrationError: self.init(.failed, error.message, underlying: error)
        case let error as DirectoryError: self.init(OperatorError.status(of: error), error.message, underlying: error)
        case let error as MoveError:
            self.init(error.code == .refused ? .refused : .failed, error.message, underlying: error)
        case let error as ShardError: self.init(.failed, error.message, underlying: error)
        case let error as PostgresError: self.init(.failed, error.message, underlying: error)
        case let error as ReactorError: self.init(.failed, "\(error)", underlying: error)
        case let error as PasswordError: self.init(.usage, "\(error)", underlying: error)
        case let error as InvalidRequest:
            self.init(.failed, "hub-control answers what this release does not understand: \(error)", underlying: error)
        default: return nil
        }
    }

    // MARK: - Private

    private static func status(of error: DirectoryError) -> ExitStatus {
        switch error.code {
        case .notFound: .notFound
        case .taken, .reserved, .noOpenShard, .conflict, .superseded, .inUse, .duplicate, .invalidValue: .refused
        case .unavailable: .unreachable
        case .outcomeUnknown, .cancelled, .failed: .failed
        }
    }
}
