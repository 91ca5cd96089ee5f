import NIOHPACK
import NIOHTTP1
import Testing

@testable import RouterTLS

@Suite("A request of HTTP/2 as one of HTTP/1.1")
struct TranslatedRequestTests {
    private static let start = [
        (":method", "GET"), (":scheme", "https"), (":path", "/a?b=c"), (":authority", "acme.hub.test"),
    ]

    private func lines(_ fields: [(String, String)], isWhole: Bool = true) throws(MalformedRequest) -> [String] {
        let request = try TranslatedRequest(HPACKHeaders(fields), isWhole: isWhole)
        return ["\(request.head.method.rawValue) \(request.head.uri)"]
            + request.head.headers.map { "\($0.name): \($0.value)" }
    }

    @Test("Its authority becomes Host, its other fields stay in their order, and te is dropped")
    func usual() throws {
        let fields = Self.start + [("accept", "*/*"), ("te", "trailers"), ("x-a", "1"), ("x-a", "2")]
        #expect(
            try lines(fields) == ["GET /a?b=c", "host: acme.hub.test", "accept: */*", "x-a: 1", "x-a: 2"]
        )
    }

    @Test("A body is framed by what was stated, or in chunks; a POST without one has the length 0")
    func framing() throws {
        let post = [(":method", "POST")] + Array(Self.start.dropFirst())
        #expect(try lines(post, isWhole: false).last == "transfer-encoding: chunked")
        #expect(try lines(post + [("content-length", "3")], isWhole: false).last == "content-length: 3")
        #expect(try lines(post).last == "content-length: 0")
        #expect(try lines(post + [("content-length", "0")]).last == "content-length: 0")
        #expect(try lines(Self.start).last == "host: acme.hub.test")
        #expect(try lines(Self.start, isWhole: false).last == "transfer-encoding: chunked")
    }

    @Test("Crumbs of a cookie are joined")
    func cookies() throws {
        #expect(
            try lines(Self.start + [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2")]).suffix(2)
                == ["x: y", "cookie: a=1; b=2"]
        )
    }

    @Test("A Host that agrees with the authority says it once; without an authority it stands alone")
    func host() throws {
        #expect(try lines(Self.start + [("host", "ACME.hub.test")]) == ["GET /a?b=c", "host: acme.hub.test"])
        let hostless = Array(Self.start.dropLast())
        #expect(try lines(hostless + [("host", "acme.hub.test")]) == ["GET /a?b=c", "host: acme.hub.test"])
    }

    @Test(
        "A Host that differs from the authority is passed on so that it is refused: the target says the one, Host the other"
    )
    func differing() throws {
        #expect(
            try lines(Self.start + [("host", "globex.hub.test")])
                == ["GET https://acme.hub.test/a?b=c", "host: globex.hub.test"]
        )
        #expect(
            try lines(Self.start + [("host", "acme.hub.test"), ("host", "globex.hub.test")])
                == ["GET https://acme.hub.test/a?b=c", "host: globex.hub.test"]
        )
        let two = Array(Self.start.dropLast()) + [("host", "acme.hub.test"), ("host", "globex.hub.test")]
        #expect(try lines(two).filter { $0.hasPrefix("host:") }.count == 2)
    }

    @Test(
        "A pseudo field that is missing, unknown, twice there or malformed makes it none",
        arguments: [
            (":method", nil), (":scheme", nil), (":path", nil), (":method", ""), (":path", ""), (":authority", ""),
            (":method", "CONNECT"), (":method", "GE T"), (":method", "GET / HTTP/1.1\r\nx: y"), (":method", "GET\0"),
            (":scheme", "http"), (":scheme", "https\r\n"), (":path", "a"), (":path", "*"), (":path", "/a b"),
            (":path", "/ HTTP/1.1\r\nHost: globex.hub.test\r\n\r\nGET /"), (":path", "/a#b"), (":path", "/\u{e9}"),
            (":path", "http://globex.hub.test/"), (":path", "/\t"), (":path", "/\0"), (":authority", "a@b"),
            (":authority", "acme.hub.test\r\nx: y"), (":authority", "acme.hub.test/x"), (":authority", "acme hub"),
            (":authority", "a?b"), (":authority", "a#b"), (":authority", "a\\b"),
        ] as [(String, String?)]
    )
    func pseudo(name: String, value: String?) {
        let fields = Self.start.compactMap { field in field.0 == name ? value.map { (name, $0) } : field }
        #expect(throws: MalformedRequest.self) { try lines(fields) }
    }

    @Test(
        "So does another pseudo field, one twice, or one after other fields",
        arguments: [
            [(":protocol", "websocket")], [(":status", "200")], [(":", "x")], [(":path", "/")], [(":method", "GET")],
            [(":authority", "globex.hub.test")], [("x", "y"), (":authority", "acme.hub.test")],
        ]
    )
    func morePseudo(more: [(String, String)]) {
        #expect(throws: MalformedRequest.self) { try lines(Self.start + more) }
    }

    @Test(
        "So does a field that could be read as another, or that frames a message of HTTP/1.1",
        arguments: [
            ("", "x"), ("X", "y"), ("a b", "x"), ("a:", "x"), ("a\r\nb", "x"), ("a\0", "x"), ("\u{e9}", "x"),
            ("a", "b\r\nc: d"),
            ("a", "b\nc"), ("a", "b\rc"), ("a", "b\0c"), ("a", " b"), ("a", "b\t"), ("a", "\u{7f}"), ("a", "\u{1}"),
            ("connection", "close"), ("connection", "x-a"), ("keep-alive", "1"), ("proxy-connection", "x"),
            ("transfer-encoding", "chunked"), ("transfer-encoding", "identity"), ("upgrade", "websocket"),
            ("te", "chunked"),
            ("te", "trailers, chunked"), ("content-length", ""), ("content-length", "+1"), ("content-length", "-1"),
            ("content-length", "1,1"), ("content-length", "0x1"), ("content-length", "1 1"),
            ("content-length", "99999999999999999999"), ("content-length", "1"), ("host", "a\r\nb"),
            ("cookie", "a\r\nb"),
        ]
    )
    func field(name: String, value: String) {
        #expect(throws: MalformedRequest.self) { try lines(Self.start + [(name, value)]) }
    }

    @Test("So do two lengths, though they agree")
    func lengths() {
        let fields = Self.start + [("content-length", "1"), ("content-length", "1")]
        #expect(throws: MalformedRequest.self) { try lines(fields, isWhole: false) }
    }

    @Test("A body is counted against its length, to the byte")
    func tally() {
        var tally = BodyTally(expected: 3)
        let steps = [2, 1, 1].map { (fits: tally.take($0), isComplete: tally.isComplete) }
        #expect(steps.map(\.fits) == [true, true, false])
        #expect(steps.map(\.isComplete) == [false, true, true])
        var open = BodyTally(expected: nil)
        let takesAny = open.take(.max)
        #expect(takesAny && open.isComplete)
    }
}
