import Testing

@testable import Redis

@Suite("Reply parsing")
struct ReplyParserTests {
    @Test("Every kind of reply is read, however the stream is cut", arguments: [1, 2, 3, 7, 64, 1 << 20])
    func anyCut(size: Int) throws {
        let stream =
            "+OK\r\n-ERR no\r\n:-7\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n$4\r\n\r\n\0x\r\n"
            + "*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n-WRONGTYPE no\r\n$-1\r\n+PONG\r\n"
        #expect(
            try replies(in: Array(stream.utf8), cutEvery: size) == [
                .simpleString("OK"), .error("ERR no"), .integer(-7), .bulk([]), .null, .null, .array([]),
                .bulk([13, 10, 0, 120]),
                .array([
                    .integer(1), .array([.bulk([97]), .array([.error("WRONGTYPE no")])]), .null,
                ]),
                .simpleString("PONG"),
            ]
        )
    }

    @Test("Thousands of replies in one read are handed over in order")
    func manyReplies() throws {
        let stream = (0..<20_000).map { ":\($0)\r\n" }.joined()
        #expect(try replies(in: Array(stream.utf8)) == (0..<20_000).map { .integer($0) })
    }

    @Test("Arrays nest seven levels deep and no deeper")
    func nesting() throws {
        func nested(_ depth: Int) -> [UInt8] { Array((String(repeating: "*1\r\n", count: depth) + ":1\r\n").utf8) }
        let expected = (0..<7).reduce(RedisReply.integer(1)) { inner, _ in .array([inner]) }
        #expect(try replies(in: nested(7)) == [expected])
        #expect(throws: RESPViolation.self) { try replies(in: nested(9)) }
    }

    @Test(
        "What is not RESP2 is refused, and the replies before it are kept",
        arguments: ["HTTP/1.1 400 Bad Request\r\n", "%1\r\n+a\r\n+b\r\n", ":12a\r\n", "$x\r\n", "*-2\r\n", "\0\0\0"]
    )
    func garbage(text: String) {
        var kept: [RedisReply] = []
        #expect(throws: RESPViolation.self) {
            try feed(Array("+OK\r\n\(text)".utf8), to: ReplyParser(maximumReplySize: 1 << 20)) { kept.append($0) }
        }
        #expect(kept == [.simpleString("OK")])
    }

    @Test("An array that claims a thousand million elements is refused before any memory is set aside")
    func hugeArray() {
        #expect(throws: RESPViolation(reason: "an array of too many elements")) {
            try replies(in: Array("*1000000000\r\n".utf8))
        }
    }

    @Test("A reply past the limit is refused although it is incomplete")
    func hugeValue() throws {
        let parser = ReplyParser(maximumReplySize: 100_000)
        let chunk = [UInt8](repeating: 120, count: 50_000)
        try feed(Array("$99000\r\n".utf8) + chunk, to: parser) { _ in }
        try feed(Array(chunk.prefix(49_000)) + Array("\r\n+OK\r\n".utf8), to: parser) { _ in }
        try feed(Array("$200000\r\n".utf8) + chunk, to: parser) { _ in }
        #expect(throws: RESPViolation(reason: "a reply of more than 100000 bytes")) {
            try feed(chunk + chunk, to: parser) { _ in }
        }
    }

    private func replies(in stream: [UInt8], cutEvery size: Int = .max) throws -> [RedisReply] {
        let parser = ReplyParser(maximumReplySize: 1 << 20)
        var result: [RedisReply] = []
        var rest = stream[...]
        while !rest.isEmpty {
            try feed(Array(rest.prefix(size)), to: parser) { result.append($0) }
            rest = rest.dropFirst(size)
        }
        return result
    }

    private func feed(_ bytes: [UInt8], to parser: ReplyParser, deliver: (RedisReply) -> Void) throws {
        try parser.parse(bytes.span, deliver: deliver)
    }
}
