import HubTesting
import NIOCore
import NIOHPACK
import NIOHTTP2
import RouterFixtures
import Testing

@testable import RouterTLS

@Suite("Attacks over HTTP/2")
struct HTTP2AttackTests {
    private func withClient<Result>(
        limits: (inout FrontLimits) -> Void = { _ in },
        onData: @escaping TestFront.Script = { peer, _ in TestFront.ok(peer) },
        _ body: (FrameClient, TestFront) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority.shared.get()
        return try await authority.withCertificates { folder in
            try await TestFront.with(certificates: folder, limits: limits, onData: onData) { front in
                let client = try await FrameClient.connect(to: front.port, SecureDial(authority, protocols: ["h2"]))
                return try await body(client, front)
            }
        }
    }

    private static func replacing(_ name: String, by value: String) -> [(String, String)] {
        FrameClient.get().map { $0.0 == name ? (name, value) : $0 }
    }

    @Test(
        "What would be another request in HTTP/1.1 is refused: nothing of it arrives, and a canary gets its own answer",
        arguments: [
            replacing(":path", by: "/ HTTP/1.1\r\nHost: globex.hub.test\r\n\r\nGET /stolen"),
            replacing(":path", by: "/ HTTP/1.1\nHost: x"), replacing(":path", by: "/a b"),
            replacing(":path", by: "stolen"),
            replacing(":path", by: ""), replacing(":path", by: "http://globex.hub.test/"),
            replacing(":method", by: "GET /stolen HTTP/1.1\r\nHost: globex.hub.test\r\n\r\nGET"),
            replacing(":method", by: ""), replacing(":method", by: "CONNECT"),
            replacing(":authority", by: "acme.hub.test\r\nTransfer-Encoding: chunked"),
            replacing(":authority", by: "globex.hub.test@acme.hub.test"), replacing(":scheme", by: "https\r\nx: y"),
            FrameClient.get() + [("transfer-encoding", "chunked")],
            FrameClient.get() + [("connection", "content-length")],
            FrameClient.get() + [("x", "y\r\nTransfer-Encoding: chunked")], FrameClient.get() + [("x", "y\0")],
            FrameClient.get() + [("x\r\nTransfer-Encoding", "chunked")], FrameClient.get() + [("Content-Length", "5")],
            FrameClient.get() + [("x:", "y")], FrameClient.get() + [("", "y")],
            FrameClient.get() + [("content-length", "5")],
            FrameClient.get() + [("content-length", "0"), ("content-length", "5")],
            FrameClient.get() + [("upgrade", "h2c")], FrameClient.get() + [(":path", "/stolen")],
            FrameClient.get() + [("x", "y"), (":authority", "globex.hub.test")], FrameClient.get() + [(":x", "y")],
            Array(FrameClient.get().dropFirst()), FrameClient.get().dropLast() + [],
        ]
    )
    func smuggling(fields: [(String, String)]) async throws {
        try await withClient { client, front in
            client.send(1, fields)
            let isHostless = !fields.contains { $0.0 == ":authority" }
            let answer = try await client.waitForEnd(of: 1)
            if !isHostless { #expect(answer.reset != nil || client.isClosed) }
            let authority = try TestAuthority.shared.get()
            let canary = try await FrameClient.connect(to: front.port, SecureDial(authority, protocols: ["h2"]))
            canary.send(1, FrameClient.get("/canary"))
            let end1 = try await canary.waitForEnd(of: 1)
            #expect(end1.text == "ok")
            let arrived = front.pairs.map(\.text).joined()
            #expect(!arrived.contains("stolen") && !arrived.contains("globex") && !arrived.contains("chunked"))
        }
    }

    @Test(
        "A body longer or shorter than it says resets the stream, and no byte of it becomes another request",
        arguments: [
            ("3", "abcGET /stolen HTTP/1.1\r\nHost: globex.hub.test\r\n\r\n"), ("10", "abc"), ("0", "GET /stolen"),
        ]
    )
    func lyingLength(length: String, body: String) async throws {
        try await withClient { client, front in
            client.send(1, FrameClient.post() + [("content-length", length)], ends: false)
            client.send(1, data: body)
            let lie = try await client.waitForEnd(of: 1)
            #expect(lie.reset != nil || client.isClosed)
            try await waitFor("the pairs to end") { front.pairs.allSatisfy(\.isClosed) }
            let authority = try TestAuthority.shared.get()
            let canary = try await FrameClient.connect(to: front.port, SecureDial(authority, protocols: ["h2"]))
            canary.send(1, FrameClient.get("/canary"))
            let own = try await canary.waitForEnd(of: 1)
            #expect(own.text == "ok")
            #expect(!front.pairs.map(\.text).joined().contains("stolen"))
        }
    }

    @Test("Pseudo fields in trailers reset the stream")
    func trailers() async throws {
        try await withClient { client, _ in
            client.send(1, FrameClient.post(), ends: false)
            client.send(1, [(":path", "/stolen")])
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.reset == .protocolError)
        }
    }

    @Test("Requests that are given up as fast as they are made end the connection")
    func rapidReset() async throws {
        try await withClient { client, front in
            for number in 0..<1000 {
                client.send(2 * number + 1, FrameClient.get())
                client.send(2 * number + 1, .rstStream(.cancel))
            }
            try await waitFor("the end") { client.isClosed }
            #expect(client.goAway == .enhanceYourCalm)
            try await waitFor("all to be counted off") { front.streams == 0 && front.connections == 0 }
        }
    }

    @Test("A head without an end ends the connection")
    func endlessHead() async throws {
        try await withClient(limits: { $0.headBytes = 4096 }) { client, front in
            client.send(1, FrameClient.get() + (0..<100).map { ("x-\($0)", String(repeating: "a", count: 1000)) })
            try await waitFor("the end") { client.isClosed || client.answer(1).hasEnded }
            #expect(front.pairs.isEmpty)
        }
    }

    @Test("It says how many requests it takes at once, and keeps to it")
    func tooManyStreams() async throws {
        try await withClient(limits: { $0.streams = 2 }, onData: { _, _ in }) { client, front in
            #expect(client.settings[.maxConcurrentStreams] == 2)
            for number in 0..<3 { client.send(2 * number + 1, FrameClient.post(), ends: false) }
            try await waitFor("two requests") { front.pairs.count { $0.text.hasSuffix("\r\n\r\n") } == 2 }
            front.pairs[0].send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            try await waitFor("the third") { front.pairs.count == 3 }
        }
    }

    @Test("A connection that sends pings without end is ended")
    func pings() async throws {
        try await withClient { client, _ in
            for _ in 0..<5000 { client.send(0, .ping(HTTP2PingData(), ack: false)) }
            try await waitFor("the end") { client.isClosed }
        }
    }
}
