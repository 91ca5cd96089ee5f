import HubTesting
import Testing

@testable import Redis

@Suite("Scripts", .timeLimit(.minutes(2)))
struct RedisScriptTests {
    private static let swap = RedisScript(
        """
        local old = redis.call('GET', KEYS[1])
        redis.call('SET', KEYS[1], ARGV[1])
        return {KEYS[1], old, ARGV[1]}
        """
    )

    @Test("The server names a script as its SHA-1 does")
    func name() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let loaded = try await connection.command("SCRIPT", "LOAD", RedisArgument(Self.swap.source))
                #expect(loaded.string == Self.swap.sha1)
            }
        }
    }

    @Test("A script is taught to the server once, and again after SCRIPT FLUSH")
    func teaching() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                var expected = RedisReply.null
                for value in ["1", "2", "3"] {
                    if value == "3" { _ = try await connection.command("SCRIPT", "FLUSH") }
                    let response = try await connection.execute(
                        Self.swap,
                        keys: ["k"],
                        arguments: [RedisArgument(value)]
                    )
                    #expect(response.reply == .array([.bulk([107]), expected, .bulk(Array(value.utf8))]))
                    #expect(response.runID == (await connection.identity)?.runID)
                    expected = .bulk(Array(value.utf8))
                }
                let statistics = try fixture.server.ask("INFO commandstats")
                #expect(statistics.contains("cmdstat_evalsha:calls=3,"))
                #expect(statistics.contains("cmdstat_eval:calls=2,"))
            }
        }
    }

    @Test("Many tasks may run a script that the server does not know yet")
    func concurrentTeaching() async throws {
        let increment = RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<500 {
                        group.addTask { _ = try await connection.execute(increment, keys: ["sum"], arguments: [2]) }
                    }
                    try await group.waitForAll()
                }
                #expect(try await connection.command("GET", "sum").integer == 1000)
            }
        }
    }

    @Test("A client runs a script on a restarted server, whose run id is another")
    func restart() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withClient { client in
                let first = try await client.execute(Self.swap, keys: ["k"], arguments: ["1"])
                fixture.server.kill9()
                try await fixture.server.start()
                try await waitFor("the new server", within: .seconds(30)) {
                    client.state.runID.map { $0 != first.runID } ?? false
                }
                let second = try await client.execute(Self.swap, keys: ["k"], arguments: ["2"])
                #expect(second.reply == .array([.bulk([107]), .null, .bulk([50])]))
                #expect(second.runID != first.runID)
            }
        }
    }

    @Test("A script's own error and an error in the script are thrown")
    func errors() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let own = try await #require(throws: RedisError.self) {
                    try await connection.execute(RedisScript("return redis.error_reply('GATE closed')"))
                }
                #expect(own.code == .rejected)
                #expect(own.delivery == .answered)
                #expect(own.message.contains("GATE closed"))
                let wrong = try await #require(throws: RedisError.self) {
                    try await connection.execute(RedisScript("return nonsense("))
                }
                #expect(wrong.code == .rejected)
            }
        }
    }
}
