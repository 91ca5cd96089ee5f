import HubModel
import HubTesting
import NIOPosix
import Placement
import RouterFixtures
import Synchronization
import Testing

@testable import RouterApp

@Suite struct FailureTests {
    @Test("A shard whose backends are gone answers 503 with Retry-After at once, and the others are untouched")
    func deadShard() async throws {
        let dead = try await deadPort()
        try await RawOrigin.with { eu in
            try await TestRouter.with(directory(us: [dead], eu: [eu.port])) { router in
                for _ in 0..<3 {
                    let started = ContinuousClock.now
                    let text = try await router.get()
                    #expect(text.hasPrefix("HTTP/1.1 503 "))
                    #expect(text.contains("\r\nretry-after: 2\r\n"))
                    #expect(.now - started < .seconds(10))
                    let other = try await router.get(host: "globex.hub.test")
                    #expect(other.hasPrefix("HTTP/1.1 200 "))
                }
            }
        }
    }

    @Test("A backend that refuses connections is passed over for another, whatever the method")
    func connectFailure() async throws {
        let dead = try await deadPort()
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [dead, origin.port])) { router in
                for number in 0..<6 {
                    let text = try await router.exchange(
                        "POST /\(number) HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                    )
                    #expect(text.hasPrefix("HTTP/1.1 200 "))
                }
                #expect(router.health.health(of: backend("backend-us-1-0", port: dead)).availability == .unavailable)
            }
            #expect(origin.requests.map(\.body) == Array(repeating: "abc", count: 6))
        }
    }

    /// An origin that answers the first request of each connection and closes on the second, without a byte.
    private static func withClosingOrigin(_ body: (RawOrigin) async throws -> Void) async throws {
        let served = Mutex<Set<Int>>([])
        try await RawOrigin.with(
            { request, peer in
                if served.withLock({ $0.insert(request.connection).inserted }) {
                    RawOrigin.ok(request, peer)
                } else {
                    peer.close()
                }
            },
            body
        )
    }

    @Test(
        "A kept connection that closes without a byte is replaced once for an idempotent request",
        arguments: ["GET", "PUT", "DELETE", "HEAD"]
    )
    func staleIdempotent(method: String) async throws {
        try await FailureTests.withClosingOrigin { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                _ = try await router.get()
                let text = try await router.exchange(
                    "\(method) /again HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                )
                #expect(text.hasPrefix("HTTP/1.1 200 "))
            }
            let repeated = origin.requests.filter { $0.line.contains("/again") }
            #expect(repeated.map(\.connection) == [0, 1])
            #expect(repeated.map(\.body) == ["abc", "abc"])
        }
    }

    @Test("A POST on a kept connection that closes is not sent twice: 502")
    func stalePost() async throws {
        try await FailureTests.withClosingOrigin { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                _ = try await router.get()
                let text = try await router.exchange(
                    "POST /once HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                )
                #expect(text.hasPrefix("HTTP/1.1 502 "))
            }
            #expect(origin.requests.filter { $0.line.contains("/once") }.count == 1)
        }
    }

    @Test(
        "A new connection that closes without an answer is tried once more for GET, then 503, and never for POST: 502"
    )
    func unanswered() async throws {
        try await RawOrigin.with { _, peer in
            peer.close()
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let answer = try await router.get()
                #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("retry-after: "))
                #expect(origin.requests.count == 2)
                let post = try await router.exchange(
                    "POST /once HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                )
                #expect(post.hasPrefix("HTTP/1.1 502 "))
            }
            #expect(origin.requests.filter { $0.line.contains("/once") }.count == 1)
        }
    }

    @Test("A GET that one backend leaves unanswered is sent to another")
    func unansweredElsewhere() async throws {
        try await RawOrigin.with { _, peer in
            peer.close()
        } _: { broken in
            try await RawOrigin.with { sound in
                try await TestRouter.with(directory(us: [broken.port, sound.port])) { router in
                    for _ in 0..<20 {
                        let answer = try await router.get()
                        #expect(answer.hasPrefix("HTTP/1.1 200 "))
                    }
                }
                #expect(sound.requests.count == 20)
            }
            #expect(broken.requests.count > 0)
        }
    }

    @Test("After a connection broke under a request, older connections of that backend are not used again")
    func brokenGeneration() async throws {
        let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        let slowPeer = Mutex<RawPeer?>(nil)
        try await RawOrigin.with { request, peer in
            if request.line.contains("/break") {
                peer.close()
            } else if request.line.contains("/slow") {
                slowPeer.withLock { $0 = peer }
            } else {
                peer.send(ok)
            }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                // Two connections, both idle afterwards.
                async let slow = router.get("/slow")
                try await waitFor("the slow request") { origin.requests.count == 1 }
                _ = try await router.get("/quick")
                slowPeer.withLock { $0 }?.send(ok)
                _ = try await slow
                #expect(Set(origin.requests.map(\.connection)) == [0, 1])
                _ = try await router.exchange(
                    "POST /break HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                )
                _ = try await router.get("/after")
                #expect(origin.requests.last?.connection == 2)
            }
        }
    }

    @Test(
        "A backend that closes in mid-body never leaves an answer that looks whole",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        ]
    )
    func earlyClose(answer: String) async throws {
        try await RawOrigin.with { _, peer in
            peer.send(answer)
            peer.close()
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await client.waitUntilClosed()
                #expect(client.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(!client.text.contains("\r\n0\r\n"))
                #expect(client.text.components(separatedBy: "HTTP/1.1").count == 2)
            }
        }
    }

    @Test("A backend that does not answer in time: 504, and nothing is sent twice")
    func slow() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.responseTimeout = .milliseconds(200)
            } _: { router in
                let answer = try await router.get()
                #expect(answer.hasPrefix("HTTP/1.1 504 "))
            }
            // It may be read after the router has given it up.
            try await waitFor("the request") { origin.requests.count > 0 }
            try await waitFor("the router to give the connection up") { origin.peers.allSatisfy(\.isClosed) }
            #expect(origin.requests.count == 1)
        }
    }

    @Test("A client that goes away takes its request at the backend with it")
    func clientAbort() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await waitFor("the request") { origin.requests.count == 1 }
                client.close()
                try await waitFor("the backend's connection to close") { origin.peers.allSatisfy(\.isClosed) }
            }
        }
    }

    @Test("A head that does not come to an end is answered 408, a silent connection is closed")
    func slowHead() async throws {
        try await TestRouter.with(directory()) {
            $0.headTimeout = .milliseconds(200)
        } _: { router in
            let text = try await router.exchange("GET / HTTP/1.1\r\nHost: ac")
            #expect(text.hasPrefix("HTTP/1.1 408 "))
        }
        try await TestRouter.with(directory()) {
            $0.keepAliveTimeout = .milliseconds(200)
        } _: { router in
            let silent = try await router.exchange("")
            #expect(silent.isEmpty)
        }
    }

    @Test("A body that stops coming is answered 408, and the backend's request is broken off")
    func slowBody() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.stallTimeout = .milliseconds(200)
            } _: { router in
                let text = try await router.exchange(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 10\r\n\r\nabc"
                )
                #expect(text.hasPrefix("HTTP/1.1 408 "))
            }
            try await waitFor("what was sent of the body") { origin.receivedText.hasSuffix("\r\n\r\nabc") }
            #expect(origin.requests.isEmpty)
        }
    }

    @Test("An answer that comes before the body is complete is passed on, and both connections end")
    func earlyAnswer() async throws {
        try await RawOrigin.with(RawOrigin.ok) { peer in
            if peer.text.contains("\r\n\r\n") { peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig") }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 1000\r\n\r\nabc"
                )
                #expect(text.hasPrefix("HTTP/1.1 413 Too Large\r\n"))
                #expect(text.contains("connection: close"))
                #expect(text.hasSuffix("big"))
                try await waitFor("the backend's connection to close") { origin.peers.allSatisfy(\.isClosed) }
            }
        }
    }

    @Test(
        "A control process that hangs holds nobody up for long: 503 for who may ask again, 504 for who must look first"
    )
    func silentControl() async throws {
        try await RawOrigin.with { _, _ in
        } _: { control in
            try await TestRouter.with(directory(), controls: [control.port]) {
                $0.controlTimeout = .milliseconds(200)
            } _: { router in
                let read = try await router.get("/api/regions", host: "hub.test")
                #expect(read.hasPrefix("HTTP/1.1 503 ") && read.contains("\r\nretry-after: "))
                let written = try await router.exchange(
                    "POST /api/x HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                #expect(written.hasPrefix("HTTP/1.1 504 "))
            }
        }
    }

    @Test("A backend taken out comes back as soon as a probe succeeds")
    func recovery() async throws {
        let port = try await deadPort()
        try await TestRouter.with(directory(us: [port])) { router in
            #expect(try await router.get().hasPrefix("HTTP/1.1 503 "))
            try await RawOrigin.with(port: port) { _ in
                #expect(try await router.get().hasPrefix("HTTP/1.1 503 "))
                let prober = HealthProber(
                    registry: router.health,
                    group: MultiThreadedEventLoopGroup.singleton,
                    interval: .milliseconds(10),
                    timeout: .seconds(1)
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await prober.run() }
                    try await waitFor("the backend to be back") { try await router.get().hasPrefix("HTTP/1.1 200 ") }
                    group.cancelAll()
                }
            }
        }
    }
}
