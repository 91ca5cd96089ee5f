import HubTesting
import NIOHPACK
import NIOHTTP2
import RouterFixtures
import Testing

@testable import RouterTLS

@Suite("HTTP/2")
struct HTTP2Tests {
    private func withClient<Result>(
        limits: (inout FrontLimits) -> Void = { _ in },
        mostStreams: Int = 1000,
        reads: Bool = true,
        window: Int = 65_535,
        onData: @escaping TestFront.Script = { peer, _ in TestFront.ok(peer) },
        _ body: (FrameClient, TestFront) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority.shared.get()
        return try await authority.withCertificates { folder in
            try await TestFront.with(
                certificates: folder,
                limits: limits,
                mostStreams: mostStreams,
                reads: reads,
                onData: onData
            ) { front in
                let dial = try SecureDial(authority, protocols: ["h2", "http/1.1"])
                let client = try await FrameClient.connect(to: front.port, dial, window: window)
                return try await body(client, front)
            }
        }
    }

    /// Answers with this once a request has come that ends with `end`.
    private static func answering(_ answer: String, to end: String = "\r\n\r\n", closes: Bool = false)
        -> TestFront.Script
    {
        { peer, _ in
            guard peer.text.hasSuffix(end) else { return }
            peer.send(Array(answer.utf8)) { if closes { peer.close() } }
        }
    }

    @Test("A request arrives as exactly these bytes, and its answer with its fields, its body and an end")
    func exchange() async throws {
        let answer = "HTTP/1.1 201 Created\r\nX-Mixed: Case\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello"
        try await withClient(onData: Self.answering(answer)) { client, front in
            client.send(1, FrameClient.get("/a?b=c") + [("x-y", "z")])
            let answer = try await client.waitForEnd(of: 1)
            #expect(answer.status == "201")
            #expect(answer.heads.last?.first(name: "x-mixed") == "Case")
            #expect(answer.heads.last?.first(name: "content-length") == "5")
            #expect(answer.heads.last?.contains(name: "connection") == false)
            #expect(answer.text == "hello" && answer.isComplete)
            #expect(front.pairs.map(\.text) == ["GET /a?b=c HTTP/1.1\r\nhost: acme.hub.test\r\nx-y: z\r\n\r\n"])
            try await waitFor("the pair to end with its request") { front.pairs[0].isClosed }
            try await waitFor("the stream to be counted off") { front.streams == 0 }
        }
    }

    @Test("Many requests share a connection, and each gets its own answer")
    func many() async throws {
        let script: TestFront.Script = { peer, _ in
            guard peer.text.hasSuffix("\r\n\r\n") else { return }
            let path = peer.text.split(separator: " ")[1]
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(path.utf8.count)\r\n\r\n\(path)")
        }
        try await withClient(onData: script) { client, front in
            for number in 0..<100 { client.send(2 * number + 1, FrameClient.get("/\(number)")) }
            for number in 0..<100 {
                let end = try await client.waitForEnd(of: 2 * number + 1)
                #expect(end.text == "/\(number)")
            }
            #expect(front.connections == 1)
        }
    }

    @Test("A body without a length comes in chunks, one with a length as it is; trailers are dropped")
    func bodies() async throws {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        try await withClient(onData: Self.answering(ok, to: "0\r\n\r\n")) { client, front in
            client.send(1, FrameClient.post(), ends: false)
            client.send(1, data: "hello", ends: false)
            client.send(1, data: "", ends: false)
            client.send(1, data: " there", ends: false)
            client.send(1, [("x-trailer", "1")])
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.status == "200")
            let head = "POST / HTTP/1.1\r\nhost: acme.hub.test\r\ntransfer-encoding: chunked\r\n\r\n"
            #expect(front.pairs[0].text == head + "5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n")
        }
        try await withClient(onData: Self.answering(ok, to: "hello")) { client, front in
            client.send(1, FrameClient.post() + [("content-length", "5")], ends: false)
            client.send(1, data: "hel", ends: false)
            client.send(1, data: "lo")
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.status == "200")
            #expect(
                front.pairs[0].text == "POST / HTTP/1.1\r\nhost: acme.hub.test\r\ncontent-length: 5\r\n\r\nhello"
            )
        }
    }

    @Test(
        "Answers without a body end with their head",
        arguments: [
            ("HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"), ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
            ("GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n"),
        ]
    )
    func bodiless(method: String, answer: String) async throws {
        try await withClient(onData: Self.answering(answer)) { client, _ in
            client.send(1, [(":method", method)] + FrameClient.get().dropFirst())
            let answer = try await client.waitForEnd(of: 1)
            #expect(answer.isComplete && answer.body.isEmpty && answer.heads.count == 1)
        }
    }

    @Test("Informational answers precede the answer")
    func informational() async throws {
        let text = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
        try await withClient(onData: Self.answering(text)) { client, _ in
            client.send(1, FrameClient.get())
            let answer = try await client.waitForEnd(of: 1)
            #expect(answer.heads.map { $0.first(name: ":status") } == ["103", "200"])
            #expect(answer.text == "ok")
        }
    }

    @Test("What is sent piece by piece arrives at once, though the answer goes on")
    func streaming() async throws {
        let script = Self.answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        try await withClient(onData: script) { client, front in
            client.send(1, FrameClient.get())
            try await waitFor("the head") { client.answer(1).status == "200" }
            for number in 1...3 {
                front.pairs[0].send("7\r\ndata: \(number)\r\n")
                try await waitFor("piece \(number)") { client.answer(1).text.hasSuffix("data: \(number)") }
            }
            front.pairs[0].send("0\r\n\r\n")
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.isComplete)
        }
    }

    @Test(
        "An answer that breaks off, is none or never comes resets its stream, and others go on",
        arguments: [
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
            "HTTP/1.1 200", "nonsense\r\n\r\n", "",
        ]
    )
    func brokenOff(answer: String) async throws {
        let script: TestFront.Script = { peer, _ in
            guard peer.text.hasSuffix("\r\n\r\n") else { return }
            if peer.text.hasPrefix("GET /ok ") { return peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") }
            if answer.isEmpty { peer.close() } else { peer.send(Array(answer.utf8)) { peer.close() } }
        }
        try await withClient(onData: script) { client, _ in
            client.send(1, FrameClient.get())
            let broken = try await client.waitForEnd(of: 1)
            #expect(!broken.isComplete)
            #expect(broken.reset == .internalError)
            client.send(3, FrameClient.get("/ok"))
            let end3 = try await client.waitForEnd(of: 3)
            #expect(end3.text == "ok")
        }
    }

    @Test("When a client gives a request up, so does the pair")
    func cancelled() async throws {
        try await withClient(onData: { _, _ in }) { client, front in
            client.send(1, FrameClient.get())
            try await waitFor("the request") { front.pairs.first?.text.hasSuffix("\r\n\r\n") ?? false }
            client.send(1, .rstStream(.cancel))
            try await waitFor("the pair to end") { front.pairs[0].isClosed }
            try await waitFor("the stream to be counted off") { front.streams == 0 }
            #expect(!client.isClosed)
        }
    }

    @Test("An answer that comes before the request is whole ends both")
    func early() async throws {
        let script: TestFront.Script = { peer, _ in
            peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig")
        }
        try await withClient(onData: script) { client, front in
            client.send(1, FrameClient.post(), ends: false)
            let answer = try await client.waitForEnd(of: 1)
            #expect(answer.status == "413" && answer.text == "big" && answer.isComplete, "\(answer)")
            try await waitFor("the rest to be declined") { client.answer(1).reset == .noError }
            try await waitFor("the pair to end") { front.pairs[0].isClosed }
        }
    }

    @Test("A client that lets nothing come stops the far end, and gets all of it in the end")
    func backPressure() async throws {
        let total = 8 * 1024 * 1024
        let script: TestFront.Script = { peer, _ in
            guard peer.text.hasSuffix("\r\n\r\n") else { return }
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(total)\r\n\r\n")
            peer.send([UInt8](repeating: 0x61, count: total)) { peer.send("") }
        }
        try await withClient(window: 1000, onData: script) { client, front in
            client.send(1, FrameClient.get())
            try await waitFor("the window to be full") { client.answer(1).body.count == 1000 }
            client.send(1, .windowUpdate(windowSizeIncrement: total))
            client.send(0, .windowUpdate(windowSizeIncrement: total))
            let answer = try await client.waitForEnd(of: 1)
            #expect(answer.isComplete && answer.body.count == total)
        }
    }

    @Test("A client that does not take the rest of its answer in time loses it")
    func stalled() async throws {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + String(repeating: "a", count: 2000)
        try await withClient(limits: { $0.stall = .milliseconds(100) }, window: 1000, onData: Self.answering(answer)) {
            client,
            front in
            client.send(1, FrameClient.get())
            let answer = try await client.waitForEnd(of: 1)
            #expect(answer.reset == .cancel && answer.body.count == 1000)
            try await waitFor("the stream to be counted off") { front.streams == 0 }
        }
    }

    @Test("One request too many is refused without being begun, and the others are answered")
    func full() async throws {
        try await withClient(mostStreams: 1, onData: { _, _ in }) { client, front in
            client.send(1, FrameClient.get("/1"))
            try await waitFor("the first") { front.pairs.count == 1 }
            client.send(3, FrameClient.get("/3"))
            let end3 = try await client.waitForEnd(of: 3)
            #expect(end3.reset == .refusedStream)
            front.pairs[0].send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.text == "ok")
            #expect(front.pairs.count == 1)
        }
    }

    @Test("A connection without a request is closed after a while, with the word that it is")
    func idle() async throws {
        try await withClient(limits: { $0.idle = .milliseconds(50) }) { client, _ in
            try await waitFor("the end") { client.isClosed }
            #expect(client.goAway == .noError)
        }
    }

    @Test("A front that drains answers what was begun, and then ends the connection")
    func drain() async throws {
        try await withClient(onData: { _, _ in }) { client, front in
            client.send(1, FrameClient.get())
            try await waitFor("the request") { front.pairs.first?.text.hasSuffix("\r\n\r\n") ?? false }
            await front.front.drain()
            try await waitFor("the word") { client.goAway == .noError }
            #expect(!client.isClosed)
            front.pairs[0].send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.text == "ok")
            try await waitFor("the end") { client.isClosed }
        }
    }

    @Test("A front that drains refuses, unbegun, what was sent before the client read that the connection ends")
    func crossing() async throws {
        try await withClient(limits: { $0.linger = .seconds(60) }) { client, front in
            client.send(1, FrameClient.get("/1"))
            _ = try await client.waitForEnd(of: 1)
            try await client.read(false)
            await front.front.drain()
            client.send(3, FrameClient.get("/3"))
            try await client.read(true)
            let end3 = try await client.waitForEnd(of: 3)
            #expect(end3.reset == .refusedStream || client.goAway == .noError && !end3.hasEnded)
            #expect(front.pairs.count == 1)
            await front.front.settle(within: .seconds(60))
            try await waitFor("the end") { client.isClosed }
            #expect(client.goAway == .noError)
        }
    }

    @Test(
        "A front that drains answers the first request of a client that was accepted and not yet through its handshake"
    )
    func handshaking() async throws {
        let authority = try TestAuthority.shared.get()
        try await authority.withCertificates { folder in
            try await TestFront.with(certificates: folder, limits: { $0.linger = .seconds(60) }) { front in
                let dial = try SecureDial(authority, protocols: ["h2", "http/1.1"])
                let client = try await FrameClient.connect(to: front.port, dial) {
                    try await waitFor("the connection") { front.connections == 1 }
                    await front.front.drain()
                }
                #expect(!client.isClosed && client.goAway == nil)
                client.send(1, FrameClient.get("/1"))
                let end1 = try await client.waitForEnd(of: 1)
                #expect(end1.text == "ok")
                await front.front.settle(within: .seconds(60))
                try await waitFor("the end") { client.isClosed }
                #expect(client.goAway == .noError)
            }
        }
    }

    @Test("A front that drains lets go of a client that asks for nothing")
    func silent() async throws {
        try await withClient(limits: { $0.linger = .milliseconds(50) }) { client, front in
            await front.front.drain()
            await front.front.settle(within: .seconds(60))
            try await waitFor("the end") { client.isClosed }
            #expect(client.goAway == .noError)
        }
    }
}
