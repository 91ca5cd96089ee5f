import Testing

@testable import Redis

@Suite("Error replies")
struct RedisErrorTests {
    @Test(
        "The first word of an error line decides its code",
        arguments: [
            ("LOADING Redis is loading the dataset in memory", RedisError.Code.loading),
            ("READONLY You can't write against a read only replica.", .readOnly),
            ("OOM command not allowed when used memory > 'maxmemory'.", .outOfMemory),
            ("BUSY Redis is busy running a script.", .busy),
            ("NOSCRIPT No matching script. Please use EVAL.", .noScript),
            ("NOAUTH Authentication required.", .noPermission),
            ("NOPERM this user has no permissions", .noPermission),
            ("WRONGPASS invalid username-password pair or user is disabled.", .authentication),
            ("ERR AUTH <password> called without any password configured", .authentication),
            ("WRONGTYPE Operation against a key", .wrongType),
            ("ERR unknown command", .rejected),
            ("BUSYGROUP exists", .rejected),
            ("", .rejected),
        ]
    )
    func codes(line: String, code: RedisError.Code) {
        #expect(RedisError(errorLine: line, endpoint: "h:1").code == code)
    }

    @Test("The description is one sentence with the place, the server's words and the remedy")
    func description() {
        let error = RedisError(errorLine: "OOM command not allowed.", endpoint: "10.0.0.1:6379")
        #expect(
            error.description
                == "Redis at 10.0.0.1:6379 answered \"OOM command not allowed\": "
                + "raise maxmemory or choose an eviction policy."
        )
    }
}
