import HubTesting
import NIOCore
import RouterFixtures
import Synchronization
import Testing
import Throttling

@testable import RouterApp

@Suite struct ProtectionTests {
    private static let request = "GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n"

    // MARK: Time

    @Test("A head that does not end in time is answered 408, however steadily its bytes drip")
    func slowHead() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.headTimeout = .milliseconds(300)
            } _: { router in
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\nX: ")
                try await waitFor("the router to give the client up") {
                    client.send("a")
                    return client.isClosed
                }
                #expect(client.text.hasPrefix("HTTP/1.1 408 "))
                #expect(client.text.contains("\r\nconnection: close\r\n"))
            }
            #expect(origin.requests.isEmpty)
        }
    }

    @Test("A body that comes too slowly is answered 408, though it never stands still; the origin sees no request")
    func slowBody() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.transferRate = TransferWatch.Rate(bytes: 1_000_000, window: .milliseconds(300))
            } _: { router in
                let client = try await router.connect()
                client.send("POST / HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 100000\r\n\r\n")
                try await waitFor("the router to give the client up") {
                    client.send("a")
                    return client.isClosed
                }
                #expect(client.text.hasPrefix("HTTP/1.1 408 "))
                try await waitFor("the connection to the origin to end") { origin.peers.allSatisfy(\.isClosed) }
            }
            #expect(origin.requests.isEmpty)
        }
    }

    @Test("A body that stands still is answered 408")
    func stalledBody() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.stallTimeout = .milliseconds(300)
            } _: { router in
                let text = try await router.exchange(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 10\r\n\r\nabc"
                )
                #expect(text.hasPrefix("HTTP/1.1 408 "))
            }
            #expect(origin.requests.isEmpty)
        }
    }

    @Test("A client that does not take its answer loses it, and the backend's connection is free again")
    func slowRead() async throws {
        let piece = [UInt8](repeating: 0x61, count: 64 * 1024)
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            ProtectionTests.stream(piece, to: peer)
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.transferRate = TransferWatch.Rate(bytes: 1000, window: .milliseconds(300))
            } _: { router in
                let client = try await router.connect(keepsBytes: false, reads: false)
                client.send(ProtectionTests.request)
                try await waitFor("the connection to the origin to end") {
                    !origin.peers.isEmpty && origin.peers.allSatisfy(\.isClosed)
                }
                client.close()
            }
        }
    }

    @Test("A client that takes what comes is left alone, though its backend is slower than any client may be")
    func slowBackend() async throws {
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.transferRate = TransferWatch.Rate(bytes: 1000, window: .milliseconds(100))
                // Also what a client has for its first byte.
                $0.keepAliveTimeout = .seconds(3)
            } _: { router in
                let client = try await router.connect()
                client.send(ProtectionTests.request)
                try await client.receive("the head") { $0.hasSuffix("\r\n\r\n") }
                // This one is closed for its idleness, several windows later.
                try await router.connect().waitUntilClosed()
                try #require(origin.peers.first).send("done")
                try await client.receive("the body") { $0.hasSuffix("done") }
            }
        }
    }

    @Test("A connection without a request is closed, before its first one and after any other")
    func idle() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.keepAliveTimeout = .milliseconds(300)
            } _: { router in
                let silent = try await router.connect()
                let served = try await router.connect()
                served.send(ProtectionTests.request)
                try await served.receive("the answer") { $0.hasSuffix("ok") }
                try await silent.waitUntilClosed()
                try await served.waitUntilClosed()
                #expect(silent.text.isEmpty)
            }
        }
    }

    // MARK: Numbers

    @Test("More connections than one address may have are answered 429; when one ends, another may come")
    func connectionsOfAddress() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.clientConnectionsPerAddress = 2
            } _: { router in
                let first = try await router.connect()
                let second = try await router.connect()
                for client in [first, second] {
                    client.send(ProtectionTests.request)
                    try await client.receive("the answer") { $0.hasSuffix("ok") }
                }
                let third = try await router.exchange(ProtectionTests.request)
                #expect(third.hasPrefix("HTTP/1.1 429 "))
                #expect(third.contains("\r\nretry-after: ") && third.contains("\r\nconnection: close\r\n"))
                first.close()
                try await waitFor("there to be room for another") {
                    try await router.get().hasPrefix("HTTP/1.1 200 ")
                }
            }
            #expect(origin.violations.isEmpty)
        }
    }

    @Test("More connections than a router takes are answered 503")
    func connections() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.clientConnections = 1
            } _: { router in
                let first = try await router.connect()
                first.send(ProtectionTests.request)
                try await first.receive("the answer") { $0.hasSuffix("ok") }
                let second = try await router.connect()
                try await second.waitUntilClosed()
                #expect(second.text.hasPrefix("HTTP/1.1 503 "))
                #expect(second.text.contains("\r\nretry-after: "))
            }
            #expect(origin.requests.count == 1)
        }
    }

    @Test("Requests beyond a tenant's rate are answered 429 and say when to come again; its neighbour is not touched")
    func tenantRate() async throws {
        try await RawOrigin.with { us in
            try await RawOrigin.with { eu in
                try await TestRouter.with(directory(us: [us.port], eu: [eu.port])) {
                    $0.tenantRate = TokenBucket.Rate(quota: 3, window: .seconds(600))
                } _: { router in
                    for _ in 0..<3 {
                        let text = try await router.get()
                        #expect(text.hasPrefix("HTTP/1.1 200 "))
                    }
                    let refused = try await router.get()
                    #expect(refused.hasPrefix("HTTP/1.1 429 "))
                    #expect(refused.contains("\r\nretry-after: "))
                    let neighbour = try await router.get(host: "globex.hub.test")
                    #expect(neighbour.hasPrefix("HTTP/1.1 200 "))
                }
                #expect(us.requests.count == 3)
            }
        }
    }

    @Test("Each class of routes has its own limit of a body: 413 beyond it", arguments: ["length", "chunks"])
    func bodies(framing: String) async throws {
        try await RawOrigin.with { us in
            try await RawOrigin.with { control in
                try await TestRouter.with(directory(us: [us.port]), controls: [control.port]) {
                    $0.requestBodyLimit = 3000
                    $0.controlBodyLimit = 2000
                    $0.passwordBodyLimit = 1000
                } _: { router in
                    for (host, path, limit) in [
                        ("acme.hub.test", "/api/projects", 3000), ("hub.test", "/api/tenants", 2000),
                        ("acme.hub.test", "/api/auth/login", 1000), ("hub.test", "/sign-in", 1000),
                    ] {
                        for (size, status) in [(limit, 200), (limit + 1, 413)] {
                            let data = String(repeating: "a", count: size)
                            let body =
                                framing == "length"
                                ? "Content-Length: \(size)\r\n\r\n\(data)"
                                : "Transfer-Encoding: chunked\r\n\r\n\(String(size, radix: 16))\r\n\(data)\r\n0\r\n\r\n"
                            let text = try await router.exchange(
                                "POST \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(body)"
                            )
                            #expect(
                                text.hasPrefix("HTTP/1.1 \(status) "),
                                "\(host)\(path) \(size): \(text.prefix(100))"
                            )
                        }
                    }
                }
                #expect(us.requests.count == 2 && control.requests.count == 2)
            }
        }
    }

    // MARK: Memory

    @Test(
        "Connections that each send half a request use so much memory and no more; whole requests are served meanwhile"
    )
    func halfRequests() async throws {
        let count = 400
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.unreadLimit = 1024 * 1024
                $0.headTimeout = .seconds(600)
                $0.clientConnectionsPerAddress = 1000
            } _: { router in
                let half = "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nX: \(String(repeating: "a", count: 12_000))"
                var clients: [RawPeer] = []
                for _ in 0..<count {
                    let client = try await router.connect()
                    client.send(half)
                    clients.append(client)
                }
                // Each of them holds at least what it has sent, so at most so many can be kept waiting.
                let most = 1024 * 1024 / half.utf8.count + 1
                try await waitFor("the others to be refused") { clients.count { !$0.isClosed } <= most }
                #expect(clients.contains { !$0.isClosed })
                #expect(clients.allSatisfy { !$0.isClosed || $0.text.hasPrefix("HTTP/1.1 503 ") })
                let text = try await router.get()
                #expect(text.hasPrefix("HTTP/1.1 200 "))
                for client in clients { client.close() }
                // The memory is given back: there is room for a head in two parts again.
                try await waitFor("there to be room again") {
                    let client = try await router.connect()
                    try await client.sendAndWait(Array(half.utf8))
                    client.send("\r\nConnection: close\r\n\r\n")
                    try await client.waitUntilClosed()
                    return client.text.hasPrefix("HTTP/1.1 200 ")
                }
            }
        }
    }

    @Test("A client that sends requests ahead and takes no answers is not read any more")
    func answersNotTaken() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "a", count: 100_000)
        try await RawOrigin.with { _, peer in
            peer.send(answer)
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect(keepsBytes: false, reads: false)
                let ahead = 1000
                client.send(String(repeating: ProtectionTests.request, count: ahead))
                var before = -1
                try await waitFor("the router to stop") {
                    defer { before = origin.requests.count }
                    // That takes the router a while, in which it would serve the client.
                    _ = try await router.get(host: "no.hub.test")
                    return before > 0 && before == origin.requests.count
                }
                // What the sockets hold, and a little for the router; all answers would be 100 MB.
                #expect(origin.requests.count < ahead)
                try await client.setReading(true)
                try await waitFor("all to be answered") { origin.requests.count == ahead }
            }
        }
    }

    @Test("A body in thousands of small pieces is kept in as little memory as one in a single piece")
    func smallPieces() throws {
        var body = RequestBody(.length(60_000), limit: 1 << 20, keepLimit: 64 * 1024)
        for _ in 0..<60_000 {
            var input = ByteBufferAllocator().buffer(capacity: 2048)
            input.writeInteger(UInt8(0x61))
            _ = try body.next(from: &input)
        }
        #expect(body.isComplete && body.kept?.readableBytes == 60_000)
        #expect(body.keptMemory <= 128 * 1024)
        body.forget()
        #expect(body.keptMemory == 0 && !body.canReplay)
    }

    // MARK: - Private

    private static func stream(_ piece: [UInt8], to peer: RawPeer) {
        guard !peer.isClosed else { return }
        peer.send(piece) { stream(piece, to: peer) }
    }
}
