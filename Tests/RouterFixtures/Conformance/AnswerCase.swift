/// What an origin answers to one request, and what a router has to make of it.
package struct AnswerCase: Sendable, CustomStringConvertible {
    package enum Outcome: Sendable {
        /// The client gets this answer, and nothing else.
        case passed(Int, String)
        /// The client gets an answer of the router's own.
        case failed(Int)
        /// The client gets a beginning, and the connection ends such that this can be told from a whole answer; or, when
        /// nothing had left the router yet, an answer of the router's own.
        case truncated
    }

    package let name: String
    package let method: String
    package let bytes: [UInt8]
    /// Whether the origin closes after these bytes.
    package let closes: Bool
    package let outcome: Outcome
    /// Whether another request may follow on the connection to the origin.
    package let isReused: Bool

    package var description: String { name }

    package static let all: [AnswerCase] = [broken, short, long, sound].flatMap { $0 }

    init(
        _ name: String,
        _ text: String,
        _ outcome: Outcome,
        method: String = "GET",
        closes: Bool = false,
        isReused: Bool = false
    ) {
        self.name = name
        self.method = method
        bytes = Array(text.utf8)
        self.closes = closes
        self.outcome = outcome
        self.isReused = isReused
    }
}

extension AnswerCase {
    private static func each(_ texts: [String], _ make: (String) -> AnswerCase) -> [AnswerCase] { texts.map(make) }

    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static let forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"

    /// Heads that break the rules, and bodies whose framing does.
    static let broken: [AnswerCase] = brokenFields + brokenStatusLines + brokenAnswers + brokenChunks

    private static let brokenFields: [AnswerCase] = each(
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
            "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab", "Content-Length: x\r\n\r\n",
            "Content-Length: +2\r\n\r\nab",
            "Content-Length: 2, 2\r\n\r\nab", "Content-Length: -1\r\n\r\n", "Content-Length:\r\n\r\n",
            "Content-Length: 18446744073709551618\r\n\r\nab", "Transfer-Encoding: gzip\r\n\r\n",
            "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", "Transfer-Encoding: identity\r\n\r\nab",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", "X: a\r\n b\r\n\r\n", "X : a\r\n\r\n", "X\r\n\r\n",
            ": a\r\n\r\n",
            "X: a\u{0}b\r\n\r\n", "X: a\rb\r\n\r\n", "X: a\nContent-Length: 0\r\n\r\n", "Content-Length: 0\n\n",
            "X: \(String(repeating: "a", count: 20_000))\r\n\r\n", String(repeating: "X: a\r\n", count: 200) + "\r\n",
        ]
    ) { AnswerCase("the fields '\(String($0.prefix(60)).debugDescription)'", ok + $0, .failed(502)) }

    private static let brokenStatusLines: [AnswerCase] = each(
        [
            "HTTP/2.0 200 OK", "HTTP/1.2 200 OK", "HTTP/0.9 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 20 OK",
            "HTTP/1.1 99 Low",
            "HTTP/1.1 600 High", "HTTP/1.1 -20 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK",
            "HTTP/1.1 200\tOK",
            "http/1.1 200 OK", "HTTP/1.1", "ICY 200 OK", "garbage", "", " HTTP/1.1 200 OK", "\nHTTP/1.1 200 OK",
            "HTTP/1.1 200 O\u{0}K",
            "HTTP/1.1 200 O\rK", "HTTP/1.1 101 Switching Protocols",
        ]
    ) { AnswerCase("the status line '\($0.debugDescription)'", "\($0)\r\nContent-Length: 0\r\n\r\n", .failed(502)) }

    private static let brokenAnswers: [AnswerCase] = [
        AnswerCase(
            "an encoding in HTTP/1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .failed(502)
        ),
        AnswerCase(
            "a flood of informational answers",
            String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 20) + forged,
            .failed(502)
        ),
        AnswerCase(
            "a flood of answers to an expectation",
            String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1000) + forged,
            .failed(502)
        ),
        AnswerCase(
            "an informational answer with a body",
            "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhello" + forged,
            .failed(502)
        ),
        AnswerCase(
            "a head without an end",
            ok + String(repeating: "X: \(String(repeating: "a", count: 9000))\r\n", count: 8),
            .failed(502)
        ),
    ]

    private static let brokenChunks: [AnswerCase] = each(
        [
            "x\r\nab\r\n0\r\n\r\n", "2\nab\r\n0\r\n\r\n", "2\r\nabc\r\n0\r\n\r\n", "3\r\nab\r\n0\r\n\r\n",
            " 2\r\nab\r\n0\r\n\r\n",
            "2 \r\nab\r\n0\r\n\r\n", "-2\r\nab\r\n0\r\n\r\n", "0x2\r\nab\r\n0\r\n\r\n", "fffffffffffffffff\r\nab",
            "2\r\nab\n0\r\n\r\n",
            "2\r\nab\r\n0\r\nX\r\n\r\n", "2\r\nab\r\n0\r\nContent-Length: 9\r\n\r\n",
            "2\r\nab\r\n0\r\n X: a\r\n\r\n", "2;\na\r\nab\r\n0\r\n\r\n",
            "\r\n2\r\nab\r\n0\r\n\r\n",
        ]
    ) { AnswerCase("the chunks '\($0.debugDescription)'", ok + "Transfer-Encoding: chunked\r\n\r\n" + $0, .truncated) }

    /// Ends before the end.
    static let short: [AnswerCase] = [
        AnswerCase("nothing, to GET", "", .failed(503), closes: true),
        AnswerCase("nothing, to POST", "", .failed(502), method: "POST", closes: true),
        AnswerCase("half a status line, to GET", "HTTP/1.", .failed(503), closes: true),
        AnswerCase("half a status line, to POST", "HTTP/1.", .failed(502), method: "POST", closes: true),
        AnswerCase("half a head", ok + "Content-Length: 2\r\n", .failed(503), closes: true),
        AnswerCase("an informational answer alone", "HTTP/1.1 103 Early Hints\r\n\r\n", .failed(503), closes: true),
        AnswerCase("a head without its body", ok + "Content-Length: 2\r\n\r\n", .truncated, closes: true),
        AnswerCase("half a body", ok + "Content-Length: 4\r\n\r\nab", .truncated, closes: true),
        AnswerCase("no chunk", ok + "Transfer-Encoding: chunked\r\n\r\n", .truncated, closes: true),
        AnswerCase("half a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n4\r\nab", .truncated, closes: true),
        AnswerCase("no last chunk", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", .truncated, closes: true),
        AnswerCase(
            "half a last chunk",
            ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n",
            .truncated,
            closes: true
        ),
    ]

    /// Goes on after the end.
    static let long: [AnswerCase] = [
        AnswerCase("a byte after a length", ok + "Content-Length: 2\r\n\r\nokX", .passed(200, "ok")),
        AnswerCase("a second answer after a length", ok + "Content-Length: 2\r\n\r\nok" + forged, .passed(200, "ok")),
        AnswerCase("an empty line after a length", ok + "Content-Length: 2\r\n\r\nok\r\n", .passed(200, "ok")),
        AnswerCase("a second answer after a length of 0", ok + "Content-Length: 0\r\n\r\n" + forged, .passed(200, "")),
        AnswerCase(
            "a second answer after the last chunk",
            ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" + forged,
            .passed(200, "ok")
        ),
        AnswerCase("a body of 204", "HTTP/1.1 204 No Content\r\n\r\nhello", .passed(204, "")),
        AnswerCase("a length of 204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", .passed(204, "")),
        AnswerCase("chunks of 204", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", .passed(204, "")),
        AnswerCase("a second answer after 204", "HTTP/1.1 204 No Content\r\n\r\n" + forged, .passed(204, "")),
        AnswerCase("a body of 304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello", .passed(304, "")),
        AnswerCase(
            "chunks of 304",
            "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .passed(304, "")
        ),
        AnswerCase("a body for HEAD", ok + "Content-Length: 5\r\n\r\nhello", .passed(200, ""), method: "HEAD"),
        AnswerCase(
            "chunks for HEAD",
            ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            .passed(200, ""),
            method: "HEAD"
        ),
        AnswerCase("a second answer for HEAD", ok + "\r\n" + forged, .passed(200, ""), method: "HEAD"),
    ]

    /// As it should be, in the less usual forms.
    static let sound: [AnswerCase] = [
        AnswerCase("until the connection ends", ok + "\r\nhello", .passed(200, "hello"), closes: true),
        AnswerCase("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", .passed(200, "ok")),
        AnswerCase(
            "a connection that ends",
            ok + "Connection: close\r\nContent-Length: 2\r\n\r\nok",
            .passed(200, "ok")
        ),
        AnswerCase("no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", .passed(200, "ok"), isReused: true),
        AnswerCase("204", "HTTP/1.1 204 No Content\r\n\r\n", .passed(204, ""), isReused: true),
        AnswerCase("204 to POST", "HTTP/1.1 204 No Content\r\n\r\n", .passed(204, ""), method: "POST", isReused: true),
        AnswerCase(
            "304 with a length",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            .passed(304, ""),
            isReused: true
        ),
        AnswerCase(
            "HEAD with a length",
            ok + "Content-Length: 5\r\n\r\n",
            .passed(200, ""),
            method: "HEAD",
            isReused: true
        ),
        AnswerCase(
            "HEAD with an encoding",
            ok + "Transfer-Encoding: chunked\r\n\r\n",
            .passed(200, ""),
            method: "HEAD",
            isReused: true
        ),
        AnswerCase(
            "an answer to an expectation that nobody had",
            "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nok",
            .passed(200, "ok"),
            isReused: true
        ),
        AnswerCase(
            "hints before an answer",
            String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count: 3) + ok
                + "Content-Length: 2\r\n\r\nok",
            .passed(200, "ok"),
            isReused: true
        ),
        AnswerCase(
            "chunks with extensions and trailers",
            ok + "Transfer-Encoding: Chunked\r\n\r\n2;a=b\r\nok\r\n0;c\r\nX: y\r\n\r\n",
            .passed(200, "ok"),
            isReused: true
        ),
    ]
}
