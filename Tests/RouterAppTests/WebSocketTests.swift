import Foundation
import HubTesting
import RouterFixtures
import Testing

@testable import RouterApp

@Suite("WebSocket")
struct WebSocketTests {
    /// The key and its proof are the example of RFC 6455 section 1.3.
    private static let fields = """
        Host: acme.hub.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
        """
    private static let proof = """
        Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n
        """
    private static let accepted = "HTTP/1.1 101 Switching Protocols\r\n\(proof)"

    @Test("An upgrade that is asked and accepted becomes a tunnel, in which bytes pass as they come, both ways")
    func tunnel() async throws {
        try await RawOrigin.with { _, peer in
            peer.send(WebSocketTests.accepted + "\r\nhello")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                // What comes with the request belongs to the tunnel, even when it looks like another request.
                client.send("GET /live HTTP/1.1\r\n\(WebSocketTests.fields)\r\nGET /early HTTP/1.1\r\n\r\n")
                try await client.receive("the switch") { $0.hasSuffix("\r\n\r\nhello") }
                let head = client.text.lowercased()
                #expect(head.hasPrefix("http/1.1 101 switching protocols\r\n"))
                #expect(head.contains("\r\nconnection: upgrade\r\n") && head.contains("\r\nupgrade: websocket\r\n"))
                #expect(head.contains("\r\nsec-websocket-accept: ") && !head.contains("transfer-encoding"))
                let request = try #require(origin.requests.first)
                #expect(request.values("connection") == ["upgrade"] && request.values("upgrade") == ["websocket"])
                #expect(request.values("sec-websocket-key") == ["dGhlIHNhbXBsZSBub25jZQ=="])

                client.send("\u{1}ping")
                let peer = origin.peers[0]
                try await peer.receive("the client's bytes") {
                    $0.hasSuffix("\r\n\r\nGET /early HTTP/1.1\r\n\r\n\u{1}ping")
                }
                peer.send("\u{2}pong")
                try await client.receive("the origin's bytes") { $0.hasSuffix("hello\u{2}pong") }
                peer.close()
                try await client.waitUntilClosed()
            }
        }
    }

    @Test("A client that leaves its tunnel ends it, and nobody else has that connection")
    func leaving() async throws {
        try await RawOrigin.with { request, peer in
            if request.line.contains("/live") {
                peer.send(WebSocketTests.accepted + "\r\n")
            } else {
                RawOrigin.ok(request, peer)
            }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send("GET /live HTTP/1.1\r\n\(WebSocketTests.fields)\r\n")
                try await client.receive("the switch") { $0.hasSuffix("\r\n\r\n") }
                client.close()
                try await origin.peers[0].waitUntilClosed()
                #expect(try await router.get().hasPrefix("HTTP/1.1 200 "))
                #expect(origin.peers.count == 2)
            }
        }
    }

    @Test("A tunnel in which nothing passes is closed")
    func idle() async throws {
        try await RawOrigin.with { _, peer in
            peer.send(WebSocketTests.accepted + "\r\n")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                // Also what a client has for its first byte.
                $0.keepAliveTimeout = .seconds(3)
            } _: { router in
                let client = try await router.connect()
                client.send("GET /live HTTP/1.1\r\n\(WebSocketTests.fields)\r\n")
                try await client.waitUntilClosed()
                #expect(client.text.hasPrefix("HTTP/1.1 101 "))
                try await (try #require(origin.peers.first)).waitUntilClosed()
            }
        }
    }

    @Test("A backend that does not accept answers as ever, and the connection goes on")
    func refused() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                for number in 1...2 {
                    client.send("GET /\(number) HTTP/1.1\r\n\(WebSocketTests.fields)\r\n")
                    try await client.receive("answer \(number)") {
                        $0.components(separatedBy: "HTTP/1.1 200 OK").count == number + 1
                    }
                }
                #expect(origin.requests.map(\.connection) == [0, 0])
            }
        }
    }

    @Test(
        "A 101 that proves nothing, or answers who asked for nothing, is no answer: 502",
        arguments: [
            (fields, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
            (fields, "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
            (fields, "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            (fields, "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            (fields, proof + "Content-Length: 2\r\n"),
            ("Host: acme.hub.test\r\n", proof),
        ]
    )
    func unproven(request: String, answer: String) async throws {
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 101 Switching Protocols\r\n\(answer)\r\nab")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send("GET /live HTTP/1.1\r\n\(request)\r\n")
                try await client.receive("an answer") { $0.contains("\r\n\r\n") }
                #expect(client.text.hasPrefix("HTTP/1.1 502 "))
                try await origin.peers[0].waitUntilClosed()
            }
        }
    }

    @Test(
        "What is no proper request for WebSocket asks the backend for none",
        arguments: [
            ("GET", "1.1", fields.replacing("Version: 13", with: "Version: 8")),
            ("GET", "1.1", fields.replacing(", Upgrade", with: "")),
            ("GET", "1.1", fields + "Upgrade: h2c\r\n"),
            ("POST", "1.1", fields + "Content-Length: 0\r\n"),
            ("GET", "1.0", fields),
        ]
    )
    func improper(method: String, version: String, fields: String) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send("\(method) /live HTTP/\(version)\r\n\(fields)\r\n")
                try await client.receive("an answer") { $0.hasSuffix("ok") }
                let request = try #require(origin.requests.first)
                #expect(request.values("connection") == [] && request.values("upgrade") == [])
            }
        }
    }

    @Test(
        "One that has no key, two, or none that is one is no request",
        arguments: [
            fields.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "c2hvcnQ="),
            fields + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            fields + "Connection: Sec-WebSocket-Key\r\n",
        ]
    )
    func keyless(fields: String) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange("GET /live HTTP/1.1\r\n\(fields)\r\n")
                #expect(text.hasPrefix("HTTP/1.1 400 "))
                #expect(origin.requests.isEmpty)
            }
        }
    }
}
