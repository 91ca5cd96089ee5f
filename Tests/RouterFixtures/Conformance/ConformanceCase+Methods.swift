extension ConformanceCase {
    private static let host = "Host: acme.hub.test\r\n"

    /// Methods, upgrades and expectations.
    static let methods: [ConformanceCase] = [
        refused("TRACE", "TRACE / HTTP/1.1\r\n\(host)\r\n", 405),
        refused("TRACE with a body", "TRACE / HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc", 405),
        refused("TRACE with forwards", "TRACE / HTTP/1.1\r\n\(host)Max-Forwards: 0\r\n\r\n", 405),
        refused("CONNECT", "CONNECT acme.hub.test:443 HTTP/1.1\r\nHost: acme.hub.test:443\r\n\r\n", 501),
        refused("CONNECT with a path", "CONNECT / HTTP/1.1\r\n\(host)\r\n", 501),
        refused("CONNECT to another host", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n\(host)\r\n", 501),
        refused("an unknown method", "BREW / HTTP/1.1\r\n\(host)\r\n", 501),
        refused("a method in lower case", "get / HTTP/1.1\r\n\(host)\r\n", 501),
        refused("a method and more", "GETS / HTTP/1.1\r\n\(host)\r\n", 501),
        refused("a method that is no token", "GE(T / HTTP/1.1\r\n\(host)\r\n"),
        refused("a method with a NUL", "GET\u{0} / HTTP/1.1\r\n\(host)\r\n"),
        refused("a method after a CR", "\rGET / HTTP/1.1\r\n\(host)\r\n"),
        refused(
            "an upgrade to WebSocket with a key that is none",
            "GET /ws HTTP/1.1\r\n\(host)Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n"
        ),
        refused(
            "an upgrade to WebSocket without a key",
            "GET /ws HTTP/1.1\r\n\(host)Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        ),
        refused(
            "an upgrade to WebSocket among others, without a key",
            "GET /ws HTTP/1.1\r\n\(host)Connection: Upgrade\r\nUpgrade: h2c, WebSocket\r\n\r\n"
        ),
        refused(
            "a second upgrade to WebSocket, without a key",
            "POST /ws HTTP/1.1\r\n\(host)Connection: upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n\r\n"
        ),
        passed(
            "an upgrade to HTTP/2",
            "GET /h2 HTTP/1.1\r\n\(host)Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n",
            .forwarded("GET /h2")
        ),
        passed(
            "an upgrade with a body",
            "POST /up HTTP/1.1\r\n\(host)Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc",
            .forwarded("POST /up", body: "abc")
        ),
        passed(
            "an upgrade that Connection does not name",
            "GET /u HTTP/1.1\r\n\(host)Upgrade: x\r\n\r\n",
            .forwarded("GET /u")
        ),
        passed(
            "fields of one connection",
            "GET /f HTTP/1.1\r\n\(host)TE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nTrailer: X\r\n\r\n",
            .forwarded("GET /f")
        ),
        passed("an expectation", fields: "Expect: 100-continue\r\nContent-Length: 3", body: "abc", as: "abc"),
        passed(
            "an expectation in chunks",
            fields: "Expect: 100-Continue\r\nTransfer-Encoding: chunked",
            body: "3\r\nabc\r\n0\r\n\r\n",
            as: "abc"
        ),
        passed("an expectation without a body", fields: "Expect: 100-continue"),
        passed(
            "an expectation in HTTP/1.0",
            "POST /e HTTP/1.0\r\n\(host)Connection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
            .forwarded("POST /e", body: "abc")
        ),
        refused("an unknown expectation", fields: "Expect: tea\r\nContent-Length: 1", body: "a", status: 417),
        refused("an empty expectation", fields: "Expect:\r\nContent-Length: 1", body: "a", status: 417),
        refused(
            "two expectations",
            fields: "Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1",
            body: "a",
            status: 417
        ),
        refused(
            "a list of expectations",
            fields: "Expect: 100-continue, x\r\nContent-Length: 1",
            body: "a",
            status: 417
        ),
        passed("HEAD", "HEAD /h HTTP/1.1\r\n\(host)\r\n", .forwarded("HEAD /h")),
    ]

    static let pipelines: [ConformanceCase] = [
        passed(
            "three requests of two tenants",
            "GET /1 HTTP/1.1\r\n\(host)\r\nGET /2 HTTP/1.1\r\nHost: globex.hub.test\r\n\r\nGET /3 HTTP/1.1\r\n\(host)\r\n",
            .forwarded("GET /1"),
            .forwarded("GET /2", host: "globex.hub.test"),
            .forwarded("GET /3")
        ),
        passed(
            "bodies of all framings",
            "POST /1 HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc"
                + "PUT /2 HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                + "HEAD /3 HTTP/1.1\r\n\(host)\r\nDELETE /4 HTTP/1.1\r\n\(host)\r\n",
            .forwarded("POST /1", body: "abc"),
            .forwarded("PUT /2", body: "abc"),
            .forwarded("HEAD /3"),
            .forwarded("DELETE /4")
        ),
        passed(
            "one of no tenant between two",
            "GET /1 HTTP/1.1\r\n\(host)\r\nGET /2 HTTP/1.1\r\nHost: no.hub.test\r\n\r\nGET /3 HTTP/1.1\r\n\(host)\r\n",
            .forwarded("GET /1"),
            .answered(404),
            .forwarded("GET /3")
        ),
        ConformanceCase(
            "one that is refused after one that is not",
            Array("GET /1 HTTP/1.1\r\n\(host)\r\nGET /2 HTTP/1.1\r\n\(host)X : y\r\n\r\n\(smuggled)".utf8),
            [.forwarded("GET /1"), .refused(400)]
        ),
        ConformanceCase(
            "one after a body that the router does not take",
            Array("POST /1 HTTP/1.1\r\nHost: no.hub.test\r\nContent-Length: 3\r\n\r\nabc\(smuggled)".utf8),
            [.refused(404)]
        ),
        ConformanceCase(
            "one after an end of the connection",
            Array("GET /1 HTTP/1.1\r\n\(host)Connection: x, close\r\n\r\n\(smuggled)".utf8),
            [.forwarded("GET /1"), .closed]
        ),
        ConformanceCase(
            "one after HTTP/1.0",
            Array("GET /1 HTTP/1.0\r\n\(host)\r\n\(smuggled)".utf8),
            [.forwarded("GET /1"), .closed]
        ),
        passed(
            "an empty line between two",
            "POST /1 HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc\r\nGET /2 HTTP/1.1\r\n\(host)\r\n",
            .forwarded("POST /1", body: "abc"),
            .forwarded("GET /2")
        ),
        ConformanceCase(
            "a hundred",
            Array((1...100).map { "GET /\($0) HTTP/1.1\r\n\(host)\r\n" }.joined().utf8),
            (1...100).map { .forwarded("GET /\($0)") }
        ),
    ]

    static let limits: [ConformanceCase] = [
        refused("a target of 20 kB", "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n\(host)\r\n", 414),
        refused("a method of 20 kB", "\(String(repeating: "A", count: 20_000)) / HTTP/1.1\r\n\(host)\r\n", 414),
        refused("a field of 20 kB", fields: "X-A: \(String(repeating: "a", count: 20_000))", status: 431),
        refused("a field name of 20 kB", fields: "\(String(repeating: "a", count: 20_000)): b", status: 431),
        refused("129 fields", fields: (1...128).map { "X-\($0): a" }.joined(separator: "\r\n"), status: 431),
        passed("128 fields", fields: (1...127).map { "X-\($0): a" }.joined(separator: "\r\n")),
        refused(
            "70 kB of fields",
            fields: (1...7).map { "X-\($0): \(String(repeating: "a", count: 10_000))" }.joined(separator: "\r\n"),
            status: 431
        ),
        refused("a body above the limit", fields: "Content-Length: 1048577", status: 413),
        refused("a body far above the limit", fields: "Content-Length: 999999999999999999", status: 413),
        ConformanceCase(
            "chunks above the limit",
            Array(
                ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: "40000\r\n\(String(repeating: "a", count: 0x40000))\r\n", count: 5)).utf8
            ),
            [.refused(413)]
        ),
    ]
}
