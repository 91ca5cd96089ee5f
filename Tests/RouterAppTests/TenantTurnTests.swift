import HubTesting
import Placement
import RouterFixtures
import Testing
import Throttling

@testable import RouterApp

@Suite("Turns of tenants")
struct TenantTurnTests {
    @Test(
        "A burst of one tenant reaches its backend a few at a time and whole; another's on the same machine goes ahead of it",
        arguments: ["us-1", "eu-1"]
    )
    func burst(shard: String) async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            let both = try directory(us: [origin.port], eu: [origin.port], globexOn: shard)
            try await TestRouter.with(both, settings: TenantTurnTests.limited(to: 4, contended: 2)) { router in
                let burst = try await TenantTurnTests.burst(of: 10, through: router)
                try await waitFor("four requests") { origin.requests.count == 4 }
                let other = try await router.connect()
                other.send("GET /other HTTP/1.1\r\nHost: globex.hub.test\r\n\r\n")
                try await waitFor("the other tenant's") { origin.requests.count == 5 }
                #expect(origin.requests.last?.line == "GET /other HTTP/1.1")
                // Three of four that end beside another tenant make room for one: two are left.
                for number in 0..<3 { origin.answer(number) }
                try await waitFor("one more") { origin.requests.count == 6 }
                var answered = 3
                while answered < 11 {
                    try await waitFor("request \(answered)") { origin.requests.count > answered }
                    origin.answer(answered)
                    answered += 1
                }
                for client in burst + [other] { try await client.receive("an answer") { $0.hasSuffix("ok") } }
            }
        }
    }

    @Test("Beyond the line it is 429 with Retry-After, and so for who waited too long")
    func refusal() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                TenantTurnTests.limited(to: 1, waiting: 1)(&$0)
                $0.turnPatience = .milliseconds(300)
            } _: { router in
                let clients = try await TenantTurnTests.burst(of: 3, through: router)
                try await waitFor("two refusals") {
                    clients.filter { $0.text.hasPrefix("HTTP/1.1 429 ") && $0.text.contains("\r\nretry-after: 1\r\n") }
                        .count == 2
                }
                try await waitFor("the request") { !origin.requests.isEmpty }
                origin.answer(0)
                try await waitFor("the answer") { clients.contains { $0.text.hasSuffix("ok") } }
                #expect(origin.requests.count == 1)
            }
        }
    }

    @Test("A client that leaves the line is forgotten, and the next goes on")
    func leaving() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port]), settings: TenantTurnTests.limited(to: 1)) {
                router in
                let first = try await TenantTurnTests.burst(of: 1, through: router)
                try await waitFor("the first") { origin.requests.count == 1 }
                // What a client sent ahead is read before its leaving is noticed: the router reads nothing while it waits.
                let gone = try await TenantTurnTests.burst(of: 1, path: "/gone", through: router)[0]
                gone.close()
                try await gone.waitUntilClosed()
                let next = try await TenantTurnTests.burst(of: 1, path: "/next", through: router)
                origin.answer(0)
                try await waitFor("the next") {
                    for number in origin.requests.indices where origin.requests[number].line.contains("/gone") {
                        origin.answer(number)
                    }
                    return origin.requests.contains { $0.line.contains("/next") }
                }
                origin.answer(origin.requests.count - 1)
                for client in first + next { try await client.receive("an answer") { $0.hasSuffix("ok") } }
            }
        }
    }

    @Test("An answer that has begun, and a request that takes long to arrive or to be answered, keep nobody waiting")
    func length() async throws {
        try await RawOrigin.with { request, peer in
            guard request.line.contains("/stream") else { return }
            peer.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\ndata\r\n")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                TenantTurnTests.limited(to: 1)(&$0)
                // Only the second and third part of the test may need it.
                $0.turnLength = .seconds(1)
            } _: { router in
                let streams = try await TenantTurnTests.burst(of: 3, path: "/stream", through: router)
                for stream in streams { try await stream.receive("the stream's begin") { $0.contains("data") } }
                let upload = try await router.connect()
                upload.send("POST /slow HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 9\r\n\r\nabc")
                try await waitFor("the upload's begin") { origin.receivedText.contains("/slow") }
                _ = try await TenantTurnTests.burst(of: 1, path: "/unanswered", through: router)
                try await waitFor("the one after the upload") { origin.requests.count == 4 }
                _ = try await TenantTurnTests.burst(of: 1, path: "/last", through: router)
                try await waitFor("the one after it") { origin.requests.count == 5 }
            }
        }
    }

    @Test("What makes a backend hash a password waits for no turn and takes none")
    func passwords() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                TenantTurnTests.limited(to: 1)(&$0)
                $0.turnLength = .seconds(60)
            } _: { router in
                let fields = "Host: acme.hub.test\r\nContent-Length: 2\r\n\r\n{}"
                for number in 1...3 {
                    let client = try await router.connect()
                    client.send("POST /api/auth/login?next=1 HTTP/1.1\r\n\(fields)")
                    try await waitFor("sign-in \(number)") { origin.requests.count == number }
                }
                _ = try await TenantTurnTests.burst(of: 1, through: router)
                try await waitFor("the request beside them") { origin.requests.count == 4 }
            }
        }
    }

    @Test("Requests that wait while their tenant moves go to where it is when their turn comes")
    func move() async throws {
        try await RawOrigin.with { _, _ in
        } _: { us in
            try await RawOrigin.with { eu in
                let after = try directory(us: [us.port], eu: [eu.port], version: 2, epoch: 2, acmeOn: "eu-1")
                try await TestRouter.with(
                    directory(us: [us.port], eu: [eu.port]),
                    settings: TenantTurnTests.limited(to: 1)
                ) { router in
                    let clients = try await TenantTurnTests.burst(of: 5, through: router)
                    try await waitFor("the first") { us.requests.count == 1 }
                    router.board.publish(after)
                    let later = try await TenantTurnTests.burst(of: 1, through: router)[0]
                    try await later.receive("an answer of the new shard") { $0.hasSuffix("ok") }
                    us.answer(0)
                    for client in clients { try await client.receive("an answer") { $0.hasSuffix("ok") } }
                    #expect(us.requests.count == 1 && eu.requests.count == 5)
                    #expect(eu.requests.allSatisfy { $0.values("hub-epoch") == ["2"] })
                }
            }
        }
    }

    @Test("A long line at a shard that breaks down is answered to the last")
    func breakdown() async throws {
        try await RawOrigin.with { _, _ in
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port]), settings: TenantTurnTests.limited(to: 1)) {
                router in
                let clients = try await TenantTurnTests.burst(of: 300, through: router)
                try await waitFor("the first") { origin.requests.count == 1 }
                await origin.stop()
                for client in clients { try await client.receive("503") { $0.hasPrefix("HTTP/1.1 503 ") } }
            }
        }
    }

    // MARK: - Private

    private static func limited(
        to concurrent: Int,
        contended: Int? = nil,
        waiting: Int = 1000
    ) -> @Sendable (inout ProxySettings) -> Void {
        {
            $0.tenantTurns = TenantTurns.Limits(concurrent: concurrent, contended: contended, waiting: waiting)
            // Long, so that no turn ends before its answer but where a test wants it.
            $0.turnLength = .seconds(60)
            $0.turnPatience = .seconds(60)
        }
    }

    private static func burst(of count: Int, path: String = "/", through router: TestRouter) async throws -> [RawPeer] {
        var clients: [RawPeer] = []
        for _ in 0..<count {
            let client = try await router.connect()
            client.send("GET \(path) HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
            clients.append(client)
        }
        return clients
    }
}

extension RawOrigin {
    /// Answers the request of this number with 200 and `ok`.
    fileprivate func answer(_ number: Int) {
        let request = requests[number]
        RawOrigin.ok(request, peers[request.connection])
    }
}
