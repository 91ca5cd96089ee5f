import HubTesting
import Reactor
import Testing

@testable import Redis

@Suite("Failing connections", .timeLimit(.minutes(2)))
struct ConnectionFailureTests {
    @Test("A wrong password and a missing one are each told in one sentence")
    func passwords() async throws {
        try await RedisFixture.with { fixture in
            let wrong = await failure(fixture) { $0.password = "wrong" }
            #expect(wrong?.code == .authentication)
            #expect(wrong?.delivery == .notSent)
            #expect(
                wrong?.description
                    == "Redis at 127.0.0.1:\(fixture.server.port) refused the password (WRONGPASS invalid "
                    + "username-password pair or user is disabled): check the user name and password configured for it."
            )
            let missing = await failure(fixture) { $0.password = nil }
            #expect(missing?.code == .authentication)
            #expect(missing?.description.contains("demands a password") == true)
            try await waitFor("the connections to be closed", within: .seconds(30)) {
                try fixture.connectionCount() == 0
            }
        }
    }

    @Test("Nobody listening, an unknown host and an unknown database")
    func refusals() async throws {
        try await RedisFixture.with { fixture in
            fixture.server.stop()
            let refused = await failure(fixture)
            #expect(refused?.code == .connectFailed)
            #expect(refused?.description.contains("(connection refused)") == true)
            let unknown = await failure(fixture) { $0.host = "no-such-host.invalid" }
            #expect(unknown?.code == .connectFailed)
            #expect(unknown?.description.contains("no-such-host.invalid") == true)
            try await fixture.server.start()
            let database = await failure(fixture) { $0.database = 99 }
            #expect(database?.description.contains("ERR DB index is out of range") == true)
        }
    }

    @Test("A server that accepts and never answers is given up in time")
    func silence() async throws {
        let server = try RawServer(.silence)
        defer { server.stop() }
        let started = ContinuousClock.now
        let error = await failure(port: server.port) { $0.connectTimeout = .milliseconds(200) }
        #expect(error?.code == .connectTimedOut)
        #expect(error?.delivery == .notSent)
        #expect(ContinuousClock.now - started >= .milliseconds(200))
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test("A server that hangs up, and one that is no Redis server, are told apart")
    func notRedis() async throws {
        let closing = try RawServer(.hangUp)
        defer { closing.stop() }
        // Again and again, as the end of the stream may come before, with or after the handshake.
        for _ in 0..<30 {
            #expect(await failure(port: closing.port)?.code == .connectFailed)
        }
        let web = try RawServer(.answer("HTTP/1.1 400 Bad Request\r\n\r\n"))
        defer { web.stop() }
        let error = await failure(port: web.port)
        #expect(error?.code == .protocolViolation)
        #expect(error?.description.contains("does not speak RESP2") == true)
    }

    @Test(
        "Garbage in the middle of the stream closes the connection with an error for every waiter",
        arguments: [
            "\u{16}\u{3}\u{1}garbage\r\n", ":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n", "*1000000000\r\n", "$-5\r\n",
            "+OK\r\n\0\r\n",
        ]
    )
    func garbage(text: String) async throws {
        let server = try RawServer(.afterHandshake(text))
        defer { server.stop() }
        try await withReactor { reactor in
            let connection = try await RedisConnection.open(configuration(server.port), on: reactor)
            async let first = outcome { () throws(RedisError) in try await connection.command("GET", "a") }
            async let second = outcome { () throws(RedisError) in
                try await connection.pipeline([["GET", "b"], ["GET", "c"], ["GET", "d"]]).replies[0]
            }
            for failure in await [first, second].compactMap(\.failure) {
                // What was not accepted before the garbage came finds the connection closed.
                #expect(
                    failure.code == .protocolViolation
                        || (failure.code, failure.delivery) == (.connectionLost, .notSent)
                )
            }
            #expect(await connection.closed().code == .protocolViolation)
            let later = await outcome { () throws(RedisError) in try await connection.command("GET", "e") }.failure
            #expect(later?.code == .connectionLost)
            #expect(later?.delivery == .notSent)
        }
    }

    @Test("A server killed in mid-flight resumes every waiter, with the truth about each command")
    func killed() async throws {
        try await RedisFixture.with { fixture in
            let connection = try await RedisConnection.open(fixture.configuration(), on: fixture.reactor)
            fixture.server.sigstop()
            // A stopped server reads nothing: what exceeds the sockets' buffers stays here.
            let value = RedisArgument([UInt8](repeating: 120, count: 64 << 20))
            async let sent = outcome { () throws(RedisError) in try await connection.command("INCR", "sent") }
            try await waitFor("the first command to leave", within: .seconds(30)) {
                guard connection.statistics.pending == 1 else { return false }
                return await connection.hasWrittenAll
            }
            async let big = outcome { () throws(RedisError) in try await connection.command("SET", "big", value) }
            try await waitFor("the second command to be stuck", within: .seconds(30)) {
                guard connection.statistics.pending == 2 else { return false }
                return await !connection.hasWrittenAll
            }
            async let behind = outcome { () throws(RedisError) in try await connection.command("INCR", "behind") }
            try await waitFor("the third command to queue", within: .seconds(30)) {
                connection.statistics.pending == 3
            }
            fixture.server.kill9()
            let failures = await [sent, big, behind].map(\.failure)
            #expect(failures.map { $0?.code } == [.connectionLost, .connectionLost, .connectionLost])
            #expect(failures.map { $0?.delivery } == [.mayHaveExecuted, .notSent, .notSent])
            #expect(await connection.closed().code == .connectionLost)
            #expect(connection.statistics.pending == 0)
        }
    }

    @Test("Thousands of waiters of a killed server are all resumed")
    func killedUnderLoad() async throws {
        try await RedisFixture.with { fixture in
            let connection = try await RedisConnection.open(fixture.configuration(), on: fixture.reactor)
            let failures = await withTaskGroup(of: RedisError?.self) { group in
                for number in 0..<5000 {
                    group.addTask {
                        await outcome { () throws(RedisError) in
                            // The wait goes on for as long as the server lives.
                            try await connection.command("BLPOP", "never-\(number)", 0)
                        }.failure
                    }
                }
                // The replies of the blocked pipeline never come; the kill ends all of it.
                while connection.statistics.pending < 5000 { await Task.yield() }
                fixture.server.kill9()
                return await group.reduce(into: [RedisError]()) { list, error in
                    if let error { list.append(error) }
                }
            }
            #expect(failures.count == 5000)
            #expect(failures.allSatisfy { $0.code == .connectionLost })
        }
    }

    @Test("A stopped server makes the command time out and closes the connection")
    func stopped() async throws {
        try await RedisFixture.with { fixture in
            let connection = try await RedisConnection.open(
                fixture.configuration { $0.commandTimeout = .milliseconds(200) },
                on: fixture.reactor
            )
            fixture.server.sigstop()
            let started = ContinuousClock.now
            let error = await outcome { () throws(RedisError) in try await connection.command("INCR", "key") }.failure
            #expect(error?.code == .timedOut)
            #expect(error?.delivery == .mayHaveExecuted)
            #expect(ContinuousClock.now - started >= .milliseconds(200))
            #expect(ContinuousClock.now - started < .seconds(10))
            #expect(await connection.closed().code == .timedOut)
            fixture.server.sigcont()
            try await waitFor("the command to be executed after all", within: .seconds(30)) {
                try fixture.server.ask("GET key") == "$1\r\n1"
            }
        }
    }

    @Test("A silent connection notices by itself that its server is stuck")
    func signOfLife() async throws {
        try await RedisFixture.with { fixture in
            let connection = try await RedisConnection.open(
                fixture.configuration { configuration in
                    configuration.idleInterval = .milliseconds(50)
                    configuration.commandTimeout = .milliseconds(200)
                },
                on: fixture.reactor
            )
            // Some signs of life are answered first.
            try await waitFor("three signs of life", within: .seconds(30)) {
                connection.statistics.replies >= 4 + 3
            }
            fixture.server.sigstop()
            #expect(await connection.closed().code == .timedOut)
            fixture.server.sigcont()
        }
    }

    @Test("Shutting down waits for the replies under way and refuses later commands")
    func draining() async throws {
        try await RedisFixture.with { fixture in
            let connection = try await RedisConnection.open(fixture.configuration(), on: fixture.reactor)
            async let waiting = outcome { () throws(RedisError) in try await connection.command("BLPOP", "list", 0) }
            try await waitFor("the command to be accepted", within: .seconds(30)) {
                connection.statistics.pending == 1
            }
            connection.shutDown()
            try await waitFor("the refusal", within: .seconds(30)) {
                let error = await outcome { () throws(RedisError) in try await connection.command("PING") }.failure
                return error?.code == .shutDown && error?.delivery == .notSent
            }
            _ = try fixture.server.ask("RPUSH list value")
            let reply = try await waiting.get()
            #expect(reply == .array([.bulk(Array("list".utf8)), .bulk(Array("value".utf8))]))
            #expect(await connection.closed().code == .shutDown)
        }
    }

    private func configuration(_ port: Int) -> RedisConfiguration {
        RedisConfiguration(host: "127.0.0.1", port: port, connectTimeout: .seconds(30), commandTimeout: .seconds(10))
    }

    private func failure(
        port: Int,
        _ change: (inout RedisConfiguration) -> Void = { _ in }
    ) async -> RedisError? {
        var configuration = configuration(port)
        change(&configuration)
        do {
            return try await withReactor { [configuration] reactor in await failure(configuration, on: reactor) }
        } catch {
            return nil
        }
    }

    private func failure(
        _ fixture: RedisFixture,
        _ change: (inout RedisConfiguration) -> Void = { _ in }
    ) async -> RedisError? {
        await failure(fixture.configuration(change), on: fixture.reactor)
    }

    private func failure(_ configuration: RedisConfiguration, on reactor: Reactor) async -> RedisError? {
        do throws(RedisError) {
            try await RedisConnection.open(configuration, on: reactor).shutDown()
            return nil
        } catch {
            return error
        }
    }

    private func withReactor<Value>(_ body: (Reactor) async throws -> Value) async throws -> Value {
        let reactor = try Reactor(name: "redis-tests")
        defer { reactor.shutdown() }
        return try await body(reactor)
    }
}

extension RedisConnection {
    /// Whether the kernel has taken every byte.
    fileprivate var hasWrittenAll: Bool { outgoing.isEmpty }
}
