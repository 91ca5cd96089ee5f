import HubTesting
import Logging
import Reactor
import Testing

@testable import Redis

/// A real server with a reactor, and clients and connections that lead to it.
struct RedisFixture {
    let server: RedisServer
    let reactor: Reactor

    /// Lends a running server and a reactor.
    static func with(options: [String] = [], _ body: (RedisFixture) async throws -> Void) async throws {
        let reactor = try Reactor(name: "redis-tests")
        defer { reactor.shutdown() }
        try await RedisServer.withServer(options: options) { server in
            try await body(RedisFixture(server: server, reactor: reactor))
        }
    }

    func configuration(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisConfiguration {
        var configuration = RedisConfiguration(
            host: "127.0.0.1",
            port: server.port,
            password: RedisPassword(server.password),
            clientName: "redis-tests",
            connectTimeout: .seconds(30),
            commandTimeout: .seconds(30)
        )
        change(&configuration)
        return configuration
    }

    /// Lends a connection.
    func withConnection(
        _ change: (inout RedisConfiguration) -> Void = { _ in },
        _ body: (RedisConnection) async throws -> Void
    ) async throws {
        try await RedisConnection.withConnection(configuration(change), on: reactor, body)
    }

    /// Lends a running client, and ends when the client has shut down.
    func withClient(
        _ change: (inout RedisConfiguration) -> Void = { _ in },
        _ body: (RedisClient) async throws -> Void
    ) async throws {
        let client = RedisClient(configuration(change), reactors: [reactor], logger: Logger(label: "redis-tests"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            do {
                try await body(client)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    /// The run id of the server that runs now.
    func runID() throws -> String {
        let lines = try server.ask("INFO server").split(whereSeparator: \.isNewline)
        let line = try #require(lines.first { $0.hasPrefix("run_id:") })
        return String(line.dropFirst("run_id:".count))
    }

    /// The number of connections the server has from these tests.
    func connectionCount() throws -> Int {
        try server.ask("CLIENT LIST").split(separator: "\n").count { $0.contains(" name=redis-tests ") }
    }
}

/// What a command came to.
func outcome(
    _ body: () async throws(RedisError) -> RedisReply
) async -> Result<RedisReply, RedisError> {
    do throws(RedisError) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

extension Result where Failure == RedisError {
    /// The error, if it is one.
    var failure: RedisError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
