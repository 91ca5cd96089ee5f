import Testing

@testable import RouterApp

/// A message that must not pass, and the answer it must get.
struct Refusal: Sendable, CustomTestStringConvertible {
    let what: String
    let request: String
    let status: Int

    var testDescription: String { what }

    init(_ what: String, _ status: Int, _ request: String) {
        self.what = what
        self.status = status
        self.request = request
    }

    /// A request with these fields after a sound `Host`.
    static func fields(
        _ what: String,
        _ fields: String,
        body: String = "",
        status: Int = 400,
        method: String = "POST"
    ) -> Refusal {
        Refusal(what, status, "\(method) / HTTP/1.1\r\nHost: acme.hub.test\r\n\(fields)\r\n\r\n\(body)")
    }

    static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: globex.hub.test\r\n\r\n"

    static let framing: [Refusal] = [
        .fields("length and encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n" + smuggled),
        .fields("encoding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n" + smuggled),
        .fields("two lengths that differ", "Content-Length: 3\r\nContent-Length: 5", body: "abcde"),
        .fields("two lengths that are equal", "Content-Length: 3\r\nContent-Length: 3", body: "abc"),
        .fields("a list of lengths", "Content-Length: 3, 3", body: "abc"),
        .fields("a length with a sign", "Content-Length: +3", body: "abc"),
        .fields("a negative length", "Content-Length: -1"),
        .fields("a hexadecimal length", "Content-Length: 0x3", body: "abc"),
        .fields("an empty length", "Content-Length:"),
        .fields("a length beyond 64 bits", "Content-Length: 99999999999999999999"),
        .fields("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
        .fields("chunked in a list", "Transfer-Encoding: gzip, chunked", body: "0\r\n\r\n"),
        .fields("chunked not last", "Transfer-Encoding: chunked, identity", body: "0\r\n\r\n"),
        .fields("identity", "Transfer-Encoding: identity", body: smuggled),
        .fields("an unknown encoding", "Transfer-Encoding: xchunked", body: smuggled),
        .fields("an encoding in quotes", "Transfer-Encoding: \"chunked\"", body: "0\r\n\r\n"),
        .fields("an encoding with a vertical tab", "Transfer-Encoding: \u{0B}chunked", body: "0\r\n\r\n"),
        .fields("a blank before the colon", "Transfer-Encoding : chunked", body: "0\r\n\r\n"),
        .fields("an encoding on a folded line", "Transfer-Encoding:\r\n chunked", body: "0\r\n\r\n"),
        .fields("a folded field", "X-A: b\r\n\tc"),
        .fields("a field without a name", ": b"),
        .fields("a field without a colon", "nothing"),
        .fields("a field name with a blank", "X A: b"),
        .fields("a NUL", "X-A: b\u{0}c"),
        .fields("a bare CR", "X-A: b\rContent-Length: 5"),
        .fields("a bare LF", "X-A: b\nTransfer-Encoding: chunked"),
        .fields("a DEL", "X-A: b\u{7F}"),
        .fields("an expectation that is unknown", "Expect: tea\r\nContent-Length: 1", body: "a", status: 417),
        .fields("a Connection that is no list of names", "Connection: a b c"),
        Refusal(
            "encoding in HTTP/1.0",
            400,
            "POST / HTTP/1.0\r\nHost: acme.hub.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Refusal("TRACE with a body", 405, "TRACE / HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 3\r\n\r\nabc"),
        Refusal("CONNECT", 501, "CONNECT acme.hub.test:443 HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("an unknown method", 501, "BREW / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("a method in lower case", 501, "get / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Refusal("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("HTTP/0.9", 400, "GET /\r\n"),
        Refusal("two blanks in the request line", 400, "GET  / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("a tab in the request line", 400, "GET\t/ HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("a blank in the target", 400, "GET /a b HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("a byte above ASCII in the target", 400, "GET /é HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("a fragment in the target", 400, "GET /a#b HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("a target that is no path", 400, "GET a HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("an asterisk for GET", 400, "GET * HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"),
        Refusal("lines that end in LF", 400, "GET / HTTP/1.1\nHost: acme.hub.test\n\n"),
    ]

    static let hosts: [Refusal] = [
        Refusal("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
        Refusal("no Host in HTTP/1.0", 400, "GET / HTTP/1.0\r\n\r\n"),
        Refusal("an empty Host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Refusal("two Hosts", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nHost: globex.hub.test\r\n\r\n"),
        Refusal("the same Host twice", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nhost: acme.hub.test\r\n\r\n"),
        Refusal("a Host with user information", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test@evil.test\r\n\r\n"),
        Refusal("a Host with a path", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test/x\r\n\r\n"),
        Refusal("a Host with a blank", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test x\r\n\r\n"),
        Refusal("a Host with a port that is none", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test:80a\r\n\r\n"),
        Refusal("a Host with an open bracket", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        Refusal("a list of Hosts", 400, "GET / HTTP/1.1\r\nHost: acme.hub.test, globex.hub.test\r\n\r\n"),
        Refusal(
            "an absolute target for another host",
            400,
            "GET http://globex.hub.test/ HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"
        ),
        Refusal(
            "an absolute target with user information",
            400,
            "GET http://a@acme.hub.test/ HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"
        ),
        Refusal(
            "an absolute target of another scheme",
            400,
            "GET ftp://acme.hub.test/ HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"
        ),
    ]

    static let limits: [Refusal] = [
        Refusal(
            "a target of 20 kB",
            414,
            "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"
        ),
        .fields("a field of 20 kB", "X-A: \(String(repeating: "a", count: 20_000))", status: 431, method: "GET"),
        .fields("a field name of 20 kB", "\(String(repeating: "a", count: 20_000)): b", status: 431, method: "GET"),
        .fields("129 fields", (1...128).map { "X-\($0): a" }.joined(separator: "\r\n"), status: 431, method: "GET"),
        .fields(
            "70 kB of fields",
            (1...7).map { "X-\($0): \(String(repeating: "a", count: 10_000))" }.joined(separator: "\r\n"),
            status: 431,
            method: "GET"
        ),
        .fields("a body above the limit", "Content-Length: 1048577", status: 413),
    ]
}

@Suite struct FramingTests {
    @Test(
        "A message that is no sound request is refused, and nothing of it or after it is forwarded",
        arguments: Refusal.framing + Refusal.hosts + Refusal.limits
    )
    func refused(refusal: Refusal) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port], eu: [origin.port])) { router in
                for canary in ["", Refusal.smuggled] {
                    let text = try await router.exchange(refusal.request + canary)
                    #expect(text.hasPrefix("HTTP/1.1 \(refusal.status) "), "\(text.prefix(200))")
                    #expect(text.components(separatedBy: "x-request-id: ").count == 2, "\(text)")
                    #expect(text.contains("\r\nconnection: close\r\n"))
                }
            }
            #expect(origin.receivedText.isEmpty || origin.requests.isEmpty, "\(origin.receivedText)")
        }
    }

    @Test(
        "A chunked body that breaks the rules never ends a request at the backend",
        arguments: [
            "5\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", "x\r\nabc\r\n0\r\n\r\n",
            " 3\r\nabc\r\n0\r\n\r\n",
            "3 \r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
            "3;\na\r\nabc\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nabc", "3\r\nabc\r\n0\r\nX\r\n\r\n", "3\r\nabc\r\n0\r\nX : a\r\n\r\n",
            "\r\n3\r\nabc\r\n0\r\n\r\n",
            "3;\(String(repeating: "a", count: 5000))\r\nabc\r\n0\r\n\r\n",
        ]
    )
    func badChunks(body: String) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                        + Refusal.smuggled
                )
                #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text.prefix(100))")
            }
            #expect(origin.requests.isEmpty, "\(origin.receivedText)")
        }
    }

    @Test("Sound chunks, extensions, trailers and upper-case digits arrive as the same data, framed anew")
    func goodChunks() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nTransfer-Encoding: CHUNKED\r\nConnection: close\r\n\r\n"
                        + "A;name=\"value\"\r\n0123456789\r\n0003\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n"
                )
                #expect(text.hasPrefix("HTTP/1.1 200 "))
            }
            let request = try #require(origin.requests.first)
            #expect(request.values("transfer-encoding") == ["chunked"])
            #expect(request.values("content-length") == [])
            #expect(request.body == "a\r\n0123456789\r\n3\r\nabc\r\n0\r\n\r\n")
        }
    }

    @Test(
        "GET, HEAD, DELETE and OPTIONS carry their bodies framed, so that no body becomes a request",
        arguments: ["GET", "HEAD", "DELETE", "OPTIONS", "POST"]
    )
    func bodies(method: String) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                for framing in [
                    "Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                ] {
                    _ = try await router.exchange(
                        "\(method) / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\(framing)"
                    )
                }
            }
            #expect(origin.requests.map(\.body) == ["abc", "3\r\nabc\r\n0\r\n\r\n"])
            #expect(origin.requests[0].values("content-length") == ["3"])
            #expect(origin.requests[1].values("transfer-encoding") == ["chunked"])
        }
    }

    @Test("An upgrade is not asked of the backend, and the connection stays in step")
    func upgrade() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange(
                    "GET /a HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAA\r\n\r\n"
                        + "GET /b HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n"
                )
                #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            }
            #expect(origin.requests.map(\.line) == ["GET /a HTTP/1.1", "GET /b HTTP/1.1"])
            #expect(!origin.receivedText.lowercased().contains("upgrade"))
            #expect(!origin.receivedText.lowercased().contains("http2-settings"))
        }
    }

    @Test("A target in absolute form is forwarded as a path when it agrees with Host")
    func absoluteForm() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                _ = try await router.exchange(
                    "GET http://ACME.hub.test/a?b HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n"
                )
                _ = try await router.exchange("OPTIONS * HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n")
            }
            #expect(origin.requests.map(\.line) == ["GET /a?b HTTP/1.1", "OPTIONS * HTTP/1.1"])
        }
    }

    @Test("A request that comes byte by byte is the same request")
    func byteByByte() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                let request =
                    "\r\nPOST /x HTTP/1.1\r\nHost: acme.hub.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                for byte in request.utf8 { try await client.sendAndWait([byte]) }
                try await client.receive("the answer") { $0.hasSuffix("ok") }
            }
            #expect(origin.requests.count == 1)
            #expect(origin.requests.first?.body.hasSuffix("0\r\n\r\n") == true)
        }
    }

    @Test(
        "An answer that breaks the rules becomes 502, and its connection is not used again",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 99 Low\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n", "garbage\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n",
            String(repeating: "HTTP/1.1 103 Early\r\n\r\n", count: 20),
        ]
    )
    func badAnswers(answer: String) async throws {
        try await RawOrigin.with { request, peer in
            if request.line.contains("/bad") { peer.send(answer) } else { RawOrigin.ok(request, peer) }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.get("/bad")
                #expect(text.contains("HTTP/1.1 502 "), "\(text.prefix(200))")
                let next = try await router.get("/good")
                #expect(next.hasPrefix("HTTP/1.1 200 "))
            }
            #expect(origin.requests.map(\.connection) == [0, 1])
        }
    }

    @Test("Bytes after an answer, or an answer to nothing, never reach a client")
    func extraBytes() async throws {
        try await RawOrigin.with { request, peer in
            peer.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
            )
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                for _ in 0..<3 {
                    let text = try await router.get()
                    #expect(text.hasSuffix("\r\n\r\nok"))
                }
            }
            #expect(origin.connectionCount == 3)
            #expect(!origin.receivedText.isEmpty)
        }
    }
}
