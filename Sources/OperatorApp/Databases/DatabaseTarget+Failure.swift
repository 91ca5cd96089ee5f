import Directory
import HubModel
import Migrations
import Postgres
import ShardStore
import Topology

extension DatabaseTarget {
    /// The sentence for a failure of this database: what, where, and what to do.
    ///
    /// - Parameter role: who was logged in, or tried to.
    func explaining(_ error: any Error, role: Role) -> any Error {
        switch error {
        case let error as PostgresError: explaining(error, role)
        case let error as MigrationError: explaining(error, role)
        case let error as DirectoryError where kind == .directory && error.code == .unavailable:
            error.underlying.map { explaining($0, role) } ?? error
        case let error as ShardError where kind != .directory && error.code == .unavailable:
            error.underlying.map { explaining($0, role) } ?? error
        default: error
        }
    }

    // MARK: - Private

    private var described: String {
        switch kind {
        case .directory: "the directory's PostgreSQL at \(address)"
        case .shard(let id): "the PostgreSQL of shard \(id) at \(address)"
        case .audit(let region): "the PostgreSQL of the audit store of \(region) at \(address)"
        }
    }

    private func explaining(_ error: PostgresError, _ role: Role) -> OperatorError {
        switch error.code {
        // A database that is missing is refused as a login is.
        case _ where error.sqlState == "3D000":
            OperatorError(
                .wrongSchema,
                "\(described) has no database \(database): run hubctl migrate",
                underlying: error
            )
        case .authentication:
            OperatorError(
                .usage,
                "\(described) refuses the password of \(role.name): correct the secret \(role.password.text), or the role's password",
                underlying: error
            )
        case .connection, .timeout, .poolExhausted:
            OperatorError(
                .unreachable,
                "\(described) cannot be reached (\(error.message)): start it, or correct \(endpointsKey) in \(file)",
                underlying: error
            )
        case _ where error.isServerError("42P01"):
            OperatorError(
                .wrongSchema,
                "database \(database) of \(described) has no schema yet: run hubctl migrate",
                underlying: error
            )
        default:
            OperatorError(.failed, "\(described) fails: \(error.message)", underlying: error)
        }
    }

    private func explaining(_ error: MigrationError, _ role: Role) -> any Error {
        if let cause = error.underlying, error.code == .unreachable { return explaining(cause, role) }
        let status: ExitStatus =
            switch error.code {
            case .behind, .ahead, .drift, .gap: .wrongSchema
            case .unreachable: .unreachable
            case .failed: .failed
            }
        return OperatorError(status, "\(described): \(error.message)", underlying: error)
    }
}
