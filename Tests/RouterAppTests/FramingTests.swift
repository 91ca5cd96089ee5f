import RouterFixtures
import Testing

@testable import RouterApp

@Suite struct FramingTests {
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
                    "GET /a HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c, websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nHTTP2-Settings: AAA\r\n\r\n"
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
}
