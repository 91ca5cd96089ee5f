import HubTesting
import Reactor
import Testing

@testable import Redis

@Suite("Connection to a real server", .timeLimit(.minutes(2)))
struct RedisConnectionTests {
    @Test("The handshake authenticates, selects, names the connection and learns the run id and the role")
    func handshake() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection({ $0.database = 3 }) { connection in
                let identity = try #require(await connection.identity)
                #expect(try fixture.server.ask("INFO server").contains("run_id:\(identity.runID)\r\n"))
                #expect(identity.role == .primary)
                #expect(identity.version.hasPrefix("7."))
                let own = try #require(try await connection.command("CLIENT", "INFO").string)
                #expect(own.contains(" db=3 "))
                #expect(own.contains(" name=redis-tests "))
                #expect(try await connection.send(["PING"]).runID == identity.runID)
            }
        }
    }

    @Test("A host name is resolved")
    func hostName() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection({ $0.host = "localhost" }) { connection in
                let reply = try await connection.command("PING")
                #expect(reply == .simpleString("PONG"))
            }
        }
    }

    @Test("Ten thousand commands in flight get their own replies")
    func pipelining() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let seen = try await withThrowingTaskGroup(of: (Int, RedisReply).self) { group in
                    for number in 0..<10_000 {
                        group.addTask { (number, try await connection.command("ECHO", "\(number)")) }
                    }
                    var seen = 0
                    for try await (number, reply) in group where reply.integer == number { seen += 1 }
                    return seen
                }
                #expect(seen == 10_000)
            }
        }
    }

    @Test("What one turn of the reactor collects leaves in one write")
    func coalescing() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let before = try reads(of: fixture.server)
                await connection.collect(200)
                try await waitFor("the replies", within: .seconds(30)) { await connection.hasAllReplies }
                // One for the commands, and the connections that ask for the count read at most twice each.
                #expect(try reads(of: fixture.server) - before <= 5)
            }
        }
    }

    @Test("Each task's commands are executed in its order, whatever the others do")
    func ordering() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<50 {
                        group.addTask {
                            for step in 1...40 {
                                let reply = try await connection.command("INCR", "counter-\(task)")
                                try #require(reply == .integer(step))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await connection.command("DBSIZE") == .integer(50))
            }
        }
    }

    @Test("Commands sent together get all their replies, errors among them")
    func severalCommands() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let response = try await connection.pipeline([
                    ["SET", "key", "text"], ["INCR", "key"], ["STRLEN", "key"],
                ])
                #expect(response.replies.count == 3)
                #expect(response.replies[0].isOK)
                #expect(response.replies[1].errorLine?.hasPrefix("ERR value is not an integer") == true)
                #expect(response.replies[2] == .integer(4))
                #expect(response.runID == (await connection.identity)?.runID)
            }
        }
    }

    @Test("Values of ten megabytes go and come whole, with small commands in between")
    func bigValues() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let value = (0..<10 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
                async let set = connection.command("SET", "big", RedisArgument(value))
                async let ping = connection.command("PING")
                let (isSet, pong) = try await (set.isOK, ping)
                #expect(isSet)
                #expect(pong == .simpleString("PONG"))
                async let first = connection.command("GET", "big")
                async let second = connection.command("GET", "big")
                async let length = connection.command("STRLEN", "big")
                let (one, two, count) = try await (first.bytes, second.bytes, length)
                #expect(one == value)
                #expect(two == value)
                #expect(count == .integer(value.count))
            }
        }
    }

    @Test("Keys and values may hold any bytes, none included")
    func binarySafety() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let key = [UInt8](0...255)
                for value in [[], [0], [13, 10], Array(key.reversed()), Array("*1\r\n$8\r\nFLUSHALL\r\n".utf8)] {
                    _ = try await connection.command("SET", RedisArgument(key), RedisArgument(value))
                    #expect(try await connection.command("GET", RedisArgument(key)) == .bulk(value))
                }
                #expect(try await connection.command("GET", "") == .null)
            }
        }
    }

    @Test("Nested arrays keep their shape")
    func nestedArrays() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let script = RedisScript(
                    "return {1, {'a', {}, {redis.error_reply('ERR inner')}}, false, {ok = 'fine'}}"
                )
                let reply = try await connection.execute(script).reply
                #expect(
                    reply
                        == .array([
                            .integer(1), .array([.bulk([97]), .array([]), .array([.error("ERR inner")])]), .null,
                            .simpleString("fine"),
                        ])
                )
            }
        }
    }

    private func reads(of server: RedisServer) throws -> Int {
        let statistics = try server.ask("INFO stats").split(whereSeparator: \.isNewline)
        let line = try #require(statistics.first { $0.hasPrefix("total_reads_processed:") })
        return try #require(Int(line.drop { $0 != ":" }.dropFirst()))
    }
}

extension RedisConnection {
    /// Puts so many commands into the outgoing stream within one job.
    fileprivate var hasAllReplies: Bool { requests.isIdle }

    fileprivate func collect(_ count: Int) {
        for _ in 0..<count { accept([["PING"]], for: nil, deadline: .now + .seconds(10)) }
    }
}
