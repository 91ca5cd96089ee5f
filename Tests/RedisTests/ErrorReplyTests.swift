import HubTesting
import Testing

@testable import Redis

@Suite("Error replies of a real server", .timeLimit(.minutes(2)))
struct ErrorReplyTests {
    @Test("LOADING while it reads its data, and service after that")
    func loading() async throws {
        // Fifty keys of a kilobyte at 40 ms each: two seconds of loading, in which the server answers after each
        // kilobyte.
        let options = ["--key-load-delay", "40000", "--loading-process-events-interval-bytes", "1024"]
        try await RedisFixture.with(options: options + ["--rdbcompression", "no"]) { fixture in
            try await fixture.withConnection { connection in
                let value = RedisArgument([UInt8](repeating: 120, count: 1024))
                _ = try await connection.pipeline((0..<50).map { ["SET", "key-\($0)", value] } + [["SAVE"]])
            }
            fixture.server.kill9()
            try fixture.server.launch()
            try await fixture.withClient { client in
                try await waitFor("a loading server", within: .seconds(30)) { client.state.runID != nil }
                let error = await outcome { () throws(RedisError) in try await client.command("GET", "key-0") }.failure
                #expect(error?.code == .loading)
                #expect(error?.delivery == .answered)
                try await waitFor("the data", within: .seconds(30)) {
                    (try? await client.command("DBSIZE").integer) == 50
                }
            }
        }
    }

    @Test("READONLY from a replica, whose role the handshake tells")
    func readOnly() async throws {
        try await RedisFixture.with { fixture in
            _ = try fixture.server.ask("REPLICAOF 127.0.0.1 1")
            try await expect(.readOnly, from: ["SET", "key", "value"], fixture)
            try await fixture.withConnection { connection in
                #expect(await connection.identity?.role == .replica)
            }
        }
    }

    @Test("OOM at the memory limit")
    func outOfMemory() async throws {
        try await RedisFixture.with(options: ["--maxmemory-policy", "noeviction"]) { fixture in
            _ = try fixture.server.ask("CONFIG SET maxmemory 1")
            try await expect(.outOfMemory, from: ["SET", "key", "value"], fixture)
        }
    }

    @Test("BUSY while a script runs for too long")
    func busy() async throws {
        try await RedisFixture.with(options: ["--busy-reply-threshold", "10"]) { fixture in
            try await fixture.withConnection { connection in
                let other = try await RedisConnection.open(fixture.configuration(), on: fixture.reactor)
                defer { other.shutDown() }
                async let endless = outcome { () throws(RedisError) in
                    try await connection.command("EVAL", "while true do end", 0)
                }
                try await waitFor("the script to be too long", within: .seconds(30)) {
                    await outcome { () throws(RedisError) in try await other.command("GET", "key") }.failure?.code
                        == .busy
                }
                // Its handshake needs INFO, which such a server refuses as well.
                let attempt = await outcome { () throws(RedisError) in
                    let late = try await RedisConnection.open(fixture.configuration(), on: fixture.reactor)
                    return try await late.command("PING")
                }
                #expect(attempt.failure?.code == .busy)
                let killed = try await other.command("SCRIPT", "KILL")
                #expect(killed.isOK)
                #expect(await endless.failure?.code == .rejected)
            }
        }
    }

    @Test("NOPERM, WRONGTYPE and unknown commands")
    func others() async throws {
        try await RedisFixture.with { fixture in
            _ = try fixture.server.ask("SET text x")
            try await expect(.wrongType, from: ["LPUSH", "text", "y"], fixture)
            try await expect(.rejected, from: ["NONSENSE"], fixture)
            _ = try fixture.server.ask("ACL SETUSER reader on >pw ~* +@connection +info +get")
            try await expect(.noPermission, from: ["SET", "text", "y"], fixture) { configuration in
                configuration.username = "reader"
                configuration.password = "pw"
            }
        }
    }

    /// Expects an error reply after which the connection still serves.
    private func expect(
        _ code: RedisError.Code,
        from command: [RedisArgument],
        _ fixture: RedisFixture,
        _ change: (inout RedisConfiguration) -> Void = { _ in }
    ) async throws {
        try await fixture.withConnection(change) { connection in
            let error = try await #require(throws: RedisError.self) { try await connection.send(command) }
            #expect(error.code == code)
            #expect(error.delivery == .answered)
            #expect(try await connection.command("PING") == .simpleString("PONG"))
        }
    }
}
