import HubTesting
import RouterFixtures
import Synchronization
import Testing

@testable import RouterApp

@Suite struct DrainTests {
    @Test("A router that is told to stop finishes what is in flight, refuses what is new, and closes idle connections")
    func drains() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let busy = try await router.connect()
                busy.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                let idle = try await router.connect()
                try await waitFor("the request") { origin.requests.count == 1 }
                await router.stop()
                try await idle.waitUntilClosed()
                try await waitFor("new connections to be refused") {
                    do {
                        let late = try await router.connect()
                        late.close()
                        return false
                    } catch {
                        return true
                    }
                }
                #expect(!busy.isClosed)
                origin.peers[0].send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
                try await busy.waitUntilClosed()
                #expect(busy.text.contains("\r\nconnection: close\r\n"))
                #expect(busy.text.hasSuffix("done"))
            }
        }
    }

    @Test("A request that does not end within the drain limit is broken off")
    func limit() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            let started = Mutex<ContinuousClock.Instant?>(nil)
            try await TestRouter.with(directory(us: [origin.port]), drainLimit: .milliseconds(300)) { router in
                let busy = try await router.connect()
                busy.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await waitFor("the request") { origin.requests.count == 1 }
                started.withLock { $0 = .now }
                await router.stop()
                try await busy.waitUntilClosed()
                #expect(busy.text.isEmpty)
            }
            let end = try #require(started.withLock { $0 }).advanced(by: .seconds(5))
            #expect(ContinuousClock.now < end)
        }
    }
}
