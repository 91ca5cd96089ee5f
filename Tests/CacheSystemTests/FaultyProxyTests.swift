import HubTesting
import Logging
import Reactor
import Redis
import Testing

@Suite("A faulty proxy", .timeLimit(.minutes(1)))
struct FaultyProxyTests {
    @Test("It passes both ways")
    func passes() async throws {
        try await withProxy { proxy, server, configuration in
            try await withConnection(configuration) { connection in
                let long = String(repeating: "x", count: 1 << 20)
                let answer = try await connection.command("ECHO", RedisArgument(long))
                #expect(answer.string == long)
                let count = try await proxy.connectionCount
                #expect(count == 1)
            }
            try await waitFor("the connection to be gone") { try await proxy.connectionCount == 0 }
        }
    }

    @Test("Stalled, it accepts connections and forwards nothing; later it forwards what it held back")
    func stalls() async throws {
        try await withProxy { proxy, server, configuration in
            try await withConnection(configuration) { connection in
                try await proxy.begin(.stall)
                async let answer = connection.command("INCR", "n")
                await #expect(throws: RedisError.self, "a new connection is accepted and told nothing") {
                    try await withConnection(configuration, patience: .milliseconds(100)) { _ in }
                }
                let untouched = try server.ask("GET n")
                #expect(untouched == "$-1", "the server has not been asked")
                try await proxy.begin(.pass)
                let late = try await answer
                #expect(late.integer == 1)
            }
        }
    }

    @Test("Cut, it breaks connections and refuses new ones; afterwards it takes new ones")
    func cuts() async throws {
        try await withProxy { proxy, server, configuration in
            try await withConnection(configuration) { connection in
                try await proxy.begin(.cut)
                let reason = await connection.closed()
                #expect(reason.code == .connectionLost)
                let count = try await proxy.connectionCount
                #expect(count == 0)
                await #expect(throws: RedisError.self) { try await withConnection(configuration) { _ in } }
                try await proxy.begin(.pass)
                try await expectAnswers(configuration)
            }
        }
    }

    @Test("Losing replies, it lets requests through; a connection with a gap breaks when the replies come again")
    func losesReplies() async throws {
        try await withProxy { proxy, server, configuration in
            try await withConnection(configuration) { connection in
                try await proxy.begin(.loseReplies)
                async let answer = Result { try await connection.command("INCR", "n") }
                try await waitFor("the command to be carried out") { try server.ask("GET n") == "$1\r\n1" }
                try await waitFor("the reply to be lost") { try await proxy.gapCount == 1 }
                try await proxy.begin(.pass)
                let lost = await answer
                #expect(throws: RedisError.self) { try lost.get() }
                try await expectAnswers(configuration)
            }
        }
    }

    @Test("Delaying, it forwards in order, so much later each way")
    func delays() async throws {
        try await withProxy { proxy, server, configuration in
            try await withConnection(configuration) { connection in
                try await proxy.begin(.delay(.milliseconds(60)))
                let start = ContinuousClock.now
                _ = try await connection.pipeline([["APPEND", "a", "1"], ["APPEND", "a", "2"]])
                #expect(ContinuousClock.now - start >= .milliseconds(120))
                try await proxy.begin(.pass)
                let both = try await connection.command("GET", "a")
                #expect(both.string == "12")
            }
        }
    }

    @Test("A server that dies takes its connections with it, and one that comes back is found")
    func serverDies() async throws {
        try await withProxy { proxy, server, configuration in
            try await withConnection(configuration) { connection in
                server.kill9()
                let reason = await connection.closed()
                #expect(reason.code == .connectionLost)
            }
            await #expect(throws: RedisError.self) { try await withConnection(configuration) { _ in } }
            try await server.start()
            try await expectAnswers(configuration)
        }
    }

    // MARK: - Private

    private func withProxy(
        _ body: (FaultyProxy, RedisServer, RedisConfiguration) async throws -> Void
    ) async throws {
        try await RedisServer.withServer { server in
            try await FaultyProxy.withProxy(to: server.port) { proxy in
                let password = RedisPassword(server.password)
                try await body(
                    proxy,
                    server,
                    RedisConfiguration(host: "127.0.0.1", port: proxy.port, password: password)
                )
            }
        }
    }

    private func expectAnswers(_ configuration: RedisConfiguration) async throws {
        try await withConnection(configuration) { connection in
            let answer = try await connection.command("PING")
            #expect(answer.string == "PONG")
        }
    }

    private func withConnection(
        _ configuration: RedisConfiguration,
        patience: Duration = .seconds(20),
        _ body: (RedisConnection) async throws -> Void
    ) async throws {
        let reactor = try Reactor(name: "proxy-tests")
        defer { reactor.shutdown() }
        var configuration = configuration
        configuration.connectTimeout = patience
        configuration.commandTimeout = patience
        try await RedisConnection.withConnection(configuration, on: reactor, body)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
