import HubModel
import HubTesting
import Placement
import RouterFixtures
import Testing

@testable import RouterApp

@Suite struct MovedTenantTests {
    private static let redirect: RawOrigin.Script = { _, peer in
        peer.send("HTTP/1.1 421 Misdirected Request\r\nhub-redirect: moved\r\ncontent-length: 4\r\n\r\nnope")
    }

    @Test("A request that met the old shard is sent again, body and all, once the new epoch is known")
    func replay() async throws {
        try await RawOrigin.with(MovedTenantTests.redirect) { us in
            try await RawOrigin.with { eu in
                let before = try directory(us: [us.port], eu: [eu.port], version: 1, epoch: 1)
                let after = try directory(us: [us.port], eu: [eu.port], version: 2, epoch: 2, acmeOn: "eu-1")
                try await TestRouter.with(before) { router in
                    let client = try await router.connect()
                    client.send("POST /write HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 3\r\n\r\nabc")
                    try await waitFor("the router to ask for the directory") { router.refreshes.count > 0 }
                    #expect(us.requests.count == 1)
                    #expect(client.text.isEmpty)
                    router.board.publish(after)
                    try await client.receive("the answer") { $0.hasPrefix("HTTP/1.1 200 ") && $0.hasSuffix("ok") }
                }
                #expect(us.requests.count == 1)
                #expect(eu.requests.map(\.body) == ["abc"])
                #expect(eu.requests.first?.values("hub-epoch") == ["2"])
            }
        }
    }

    @Test("No 421 reaches a client: without a new epoch, or when the new one is wrong too, it is 503 with Retry-After")
    func neverPassed() async throws {
        try await RawOrigin.with(MovedTenantTests.redirect) { origin in
            let after = try directory(us: [origin.port], version: 2, epoch: 2)
            try await TestRouter.with(directory(us: [origin.port])) {
                $0.holdTimeout = .milliseconds(200)
            } _: { router in
                let text = try await router.get()
                #expect(text.hasPrefix("HTTP/1.1 503 "))
                #expect(text.contains("\r\nretry-after: "))
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await waitFor("the second request") { origin.requests.count == 2 }
                router.board.publish(after)
                try await client.receive("503") { $0.hasPrefix("HTTP/1.1 503 ") }
                #expect(origin.requests.count == 3)
            }
        }
    }

    @Test("A request that meets one closed shard after the other is sent again as often as the epoch rises")
    func replays() async throws {
        try await RawOrigin.with(MovedTenantTests.redirect) { us in
            try await RawOrigin.with { eu in
                let places = [us.port]
                let first = try directory(us: places, eu: [eu.port], version: 1, epoch: 1)
                let aborted = try directory(us: places, eu: [eu.port], version: 2, epoch: 2)
                let moved = try directory(us: places, eu: [eu.port], version: 3, epoch: 3, acmeOn: "eu-1")
                try await TestRouter.with(first) { router in
                    let client = try await router.connect()
                    client.send("POST /write HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 3\r\n\r\nabc")
                    try await waitFor("the first try") { us.requests.count == 1 }
                    router.board.publish(aborted)
                    try await waitFor("the second try") { us.requests.count == 2 }
                    router.board.publish(moved)
                    try await client.receive("the answer") { $0.hasPrefix("HTTP/1.1 200 ") && $0.hasSuffix("ok") }
                }
                #expect(us.requests.map { $0.values("hub-epoch") } == [["1"], ["2"]])
                #expect(eu.requests.map(\.body) == ["abc"])
            }
        }
    }

    @Test("A 421 that is not the hub's own is a bad answer")
    func foreign421() async throws {
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 421 Misdirected Request\r\ncontent-length: 0\r\n\r\n")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let answer = try await router.get()
                #expect(answer.hasPrefix("HTTP/1.1 502 "))
            }
        }
    }

    @Test("Requests of a held tenant wait and go to the shard where it is afterwards")
    func held() async throws {
        try await RawOrigin.with { us in
            try await RawOrigin.with { eu in
                try await MovedTenantTests.hold(us, eu)
                #expect(us.requests.isEmpty)
                #expect(eu.requests.count == 1)
            }
        }
    }

    private static func hold(_ us: RawOrigin, _ eu: RawOrigin) async throws {
        let after = try directory(us: [us.port], eu: [eu.port], version: 2, epoch: 2, acmeOn: "eu-1")
        try await TestRouter.with(directory(us: [us.port], eu: [eu.port], acme: .held)) { router in
            let client = try await router.connect()
            client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
            try await waitFor("the router to ask for the directory") { router.refreshes.count > 0 }
            #expect(us.requests.isEmpty && client.text == "")
            router.board.publish(after)
            try await client.receive("the answer") { $0.hasSuffix("ok") }
        }
    }

    @Test("A hold ends with 503, and more than the limit do not wait at all")
    func holdBounds() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port], acme: .held)) {
                $0.holdTimeout = .seconds(3)
                $0.heldRequests = 1
            } _: { router in
                let first = try await router.connect()
                first.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n")
                try await waitFor("the first to be held") { router.refreshes.count > 0 }
                #expect(try await router.get().hasPrefix("HTTP/1.1 503 "))
                #expect(first.text.isEmpty)
                try await first.waitUntilClosed()
                #expect(first.text.hasPrefix("HTTP/1.1 503 "))
                #expect(origin.requests.isEmpty)
            }
        }
    }
}
