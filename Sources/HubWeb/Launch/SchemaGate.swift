import HubModel
package import Logging
package import Migrations
package import Observability
package import Postgres
import ServiceLifecycle
import Synchronization
import Topology

/// Lets requests through to a database once its schema has been found right.
///
/// A database that cannot be reached is waited for, and requests get 503 meanwhile. One with another schema, or one that
/// refuses the password, ends the process: no amount of waiting mends that.
package final class SchemaGate: Service {
    private enum State: Sendable {
        case waiting(reason: String)
        case open
    }

    private let schema: Schema
    private let pool: PostgresPool
    private let retryInterval: Duration
    private let logger: Logger
    private let state = Mutex(State.waiting(reason: "its schema has not been checked yet"))

    package init(schema: Schema, pool: PostgresPool, retryInterval: Duration = .milliseconds(200), logger: Logger) {
        self.schema = schema
        self.pool = pool
        self.retryInterval = retryInterval
        self.logger = logger
    }

    /// Waits until the database has been checked, then until the process stops.
    ///
    /// - Throws: ``StartupFailure`` when the database is there and is not one this process can serve.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled, try await !self.check() {
                try? await Task.sleep(for: self.retryInterval)
            }
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        }
    }

    /// Returns when requests may use the database.
    ///
    /// - Throws: 503 while they may not.
    package func pass() throws(WebFailure) {
        guard isOpen else {
            throw .unavailable("The database of this place cannot be reached at the moment. Try again.")
        }
    }

    package var isOpen: Bool {
        if case .open = state.withLock({ $0 }) { true } else { false }
    }

    // MARK: - Private

    /// Whether the gate is open now.
    private func check() async throws -> Bool {
        do {
            try await Migrator(schema: schema).check(pool)
        } catch {
            guard error.code == .unreachable, error.underlying?.refusesPassword != true else {
                throw StartupFailure(error)
            }
            let isNews = state.withLock { state in
                if case .waiting(error.message) = state { return false }
                state = .waiting(reason: error.message)
                return true
            }
            if isNews {
                logger.warning(
                    "database cannot be reached; waiting for it",
                    metadata: .fields([.error: "\(error)"])
                )
            }
            return false
        }
        state.withLock { $0 = .open }
        logger.info("database is ready", metadata: ["schema": "\(schema.name)", "version": "\(schema.version)"])
        return true
    }
}

extension StartupFailure {
    /// The failure that a database of the wrong version, or with another password, amounts to.
    fileprivate init(_ error: MigrationError) {
        if let underlying = error.underlying, underlying.refusesPassword {
            self.init("\(error.message); check the role's password among the secrets", status: .usage)
        } else {
            self.init(error.message, status: error.code == .failed ? .failed : .wrongSchema)
        }
    }
}

extension PostgresError {
    /// Whether the server is there and will not let us in, however often we ask.
    fileprivate var refusesPassword: Bool {
        code == .authentication || (underlying as? PostgresError)?.refusesPassword == true
    }
}

/// For `/ready`.
extension SchemaGate {
    /// Whether requests would be served: the schema is right, and the database answers now.
    package func component() async -> Readiness.Component {
        switch state.withLock({ $0 }) {
        case .waiting(let reason):
            return Readiness.Component("database", .down, detail: reason)
        case .open:
            do {
                var query: PostgresQuery = "SELECT 1"
                query.timeout = .seconds(1)
                _ = try await pool.query(query)
                return Readiness.Component("database", .up)
            } catch {
                return Readiness.Component("database", .down, detail: "\(error)")
            }
        }
    }
}
