import Testing

@testable import Redis

@Suite("Handshake")
struct RedisHandshakeTests {
    private let information: [RedisReply] = [
        .bulk(Array("# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n".utf8)),
        .bulk(Array("# Replication\r\nrole:slave\r\n".utf8)),
    ]

    @Test("It sends no more than the configuration asks for, the password first")
    func commands() {
        #expect(
            RedisHandshake(RedisConfiguration(host: "h")).commands == [["INFO", "server"], ["INFO", "replication"]]
        )
        let full = RedisConfiguration(host: "h", username: "u", password: "p", database: 3, clientName: "n")
        #expect(
            RedisHandshake(full).commands == [
                ["AUTH", "u", "p"], ["SELECT", 3], ["CLIENT", "SETNAME", "n"], ["INFO", "server"],
                ["INFO", "replication"],
            ]
        )
    }

    @Test("It learns run id, version and role")
    func identity() throws {
        let identity = try RedisHandshake(RedisConfiguration(host: "h")).identity(from: information)
        #expect(identity.runID == "abc")
        #expect(identity.version == "7.0.15")
        #expect(identity.role == .replica)
    }

    @Test(
        "A refusal becomes one sentence with the remedy",
        arguments: [
            (
                RedisConfiguration(host: "h", port: 1, password: "p"),
                RedisReply.error("WRONGPASS invalid username-password pair or user is disabled."),
                RedisError.Code.authentication,
                "Redis at h:1 refused the password (WRONGPASS invalid username-password pair or user is disabled): "
                    + "check the user name and password configured for it."
            ),
            (
                RedisConfiguration(host: "h", port: 1), .error("NOAUTH Authentication required."), .authentication,
                "Redis at h:1 demands a password (NOAUTH Authentication required): configure one."
            ),
            (
                RedisConfiguration(host: "h", port: 1, database: 99), .error("ERR DB index is out of range"),
                .connectFailed, "Redis at h:1 refused the connection: ERR DB index is out of range."
            ),
            (
                RedisConfiguration(host: "h", port: 1), .bulk([]), .protocolViolation,
                "Redis at h:1 sent no run id in its INFO: it is not a Redis server of a known kind."
            ),
        ]
    )
    func refusal(configuration: RedisConfiguration, reply: RedisReply, code: RedisError.Code, text: String) throws {
        let handshake = RedisHandshake(configuration)
        let replies = [reply] + Array(repeating: .simpleString("OK"), count: handshake.commands.count - 1)
        let error = try #require(throws: RedisError.self) { try handshake.identity(from: replies) }
        #expect(error.code == code)
        #expect(error.delivery == .notSent)
        #expect(error.description == text)
        #expect(!error.description.contains("\"p\""))
    }
}
