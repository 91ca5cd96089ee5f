import HubTesting
import Logging
import Postgres
import Reactor

/// The reactor of the tests; without one none of them can run.
// swift-format-ignore: NeverUseForceTry
let testReactors = try! ReactorGroup(count: 1, name: "test")

/// A logger that says nothing.
let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Lends a connection to an empty database.
func withConnection<Value>(
    _ change: (inout PostgresConfiguration) -> Void = { _ in },
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgresConnection) async throws -> Value
) async throws -> Value {
    try await PostgresCluster.shared.withDatabase { configuration in
        var configuration = configuration
        change(&configuration)
        return try await PostgresConnection.withConnection(
            configuration,
            on: testReactors.next(),
            logger: silentLogger,
            body
        )
    }
}

extension PostgresConnection {
    /// The only value of the only row of a query.
    func value<Value: PostgresDecodable>(_ type: Value.Type, _ query: PostgresQuery) async throws -> Value {
        try await self.query(query).single().decode(type)
    }
}
