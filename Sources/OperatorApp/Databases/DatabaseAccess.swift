import Logging
import Migrations
import Postgres
import Reactor
import Topology

/// A database of the deployment as one of its roles sees it; connections and pools are lent by closure.
struct DatabaseAccess: Sendable {
    let target: DatabaseTarget
    let secrets: Secrets
    let reactors: ReactorGroup
    /// Who logs in; nil for the administrator.
    var role: DatabaseTarget.Role?

    /// Lends one session.
    ///
    /// - Parameter database: another database of the server than the target's own.
    /// - Throws: what the body throws; the driver's errors as sentences about this database.
    func withConnection<Result: Sendable>(
        database: String? = nil,
        _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let configuration = try target.configuration(role: role, secrets: secrets, database: database)
        do {
            return try await PostgresConnection.withConnection(
                configuration,
                on: reactors.next(),
                logger: DatabaseAccess.silence,
                body
            )
        } catch {
            throw target.explaining(error, role: role ?? target.administrator)
        }
    }

    /// Lends a pool of a few sessions.
    ///
    /// - Parameters:
    ///   - endpoint: one server of several; without it the first that takes writes.
    ///   - settings: of each session.
    /// - Throws: what the body throws; the driver's errors as sentences about this database.
    func withPool<Result: Sendable>(
        endpoint: Endpoint? = nil,
        settings: [String: String] = [:],
        _ body: (PostgresPool) async throws -> Result
    ) async throws -> Result {
        var limits = PostgresPoolLimits()
        limits.maximum = 4
        var configuration = try target.configuration(role: role, secrets: secrets, endpoint: endpoint)
        configuration.settings.merge(settings) { $1 }
        let pool = PostgresPool(
            configuration: configuration,
            limits: limits,
            reactors: reactors,
            logger: DatabaseAccess.silence
        )
        do {
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await pool.run() }
                defer { group.cancelAll() }
                return try await body(pool)
            }
        } catch {
            throw (endpoint.map(target.at) ?? target).explaining(error, role: role ?? target.administrator)
        }
    }

    /// Lends a pool of a few sessions on a database whose schema is that of this release.
    ///
    /// - Throws: ``OperatorError`` with the status for a wrong schema, which names `hubctl migrate`.
    func withCurrentSchema<Result: Sendable>(_ body: (PostgresPool) async throws -> Result) async throws -> Result {
        try await withPool { pool in
            try await Migrator(schema: target.schema).check(pool)
            return try await body(pool)
        }
    }

    /// A command tells its own failure; the driver's log lines would say it twice.
    static let silence = Logger(label: "hubctl.postgres") { _ in SwiftLogNoOpLogHandler() }
}
