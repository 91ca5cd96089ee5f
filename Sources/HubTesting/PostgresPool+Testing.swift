import Logging
package import Postgres
import Reactor

/// The reactors of all pools of a test process.
private let poolReactors = Result { try ReactorGroup(count: 1, name: "pools") }

extension PostgresPool {
    /// Lends a pool of connections that is running, and ends it afterwards.
    package static func withPool<Value: Sendable>(
        _ configuration: PostgresConfiguration,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var limits = PostgresPoolLimits()
        // Tests run all at once, on machines that are busy with them.
        limits.acquireTimeout = .seconds(60)
        let pool = PostgresPool(
            configuration: configuration,
            limits: limits,
            reactors: try poolReactors.get(),
            logger: logger
        )
        let running = Task { await pool.run() }
        do {
            let value = try await body(pool)
            running.cancel()
            await running.value
            return value
        } catch {
            running.cancel()
            await running.value
            throw error
        }
    }
}
