import HubModel
import HubTesting
import HubWire
import Observability
import Placement
import RouterFixtures
import Testing

@testable import RouterApp

@Suite struct HoldTests {
    private static let acme = TestRouter.acme

    // MARK: The tally

    @Test("What a switch released counts for the epoch it made, what it sent away for the epoch before, each once")
    func epochs() {
        var tally = HoldTally()
        tally.count(.released, of: HoldTests.acme, at: .first.next, waited: .milliseconds(20))
        tally.count(.released, of: HoldTests.acme, at: .first.next, waited: .milliseconds(251))
        tally.count(.refused, of: HoldTests.acme, at: .first, waited: .milliseconds(10))
        tally.count(.left, of: HoldTests.acme, at: .first, waited: .milliseconds(30))
        tally.count(.released, of: HoldTests.acme, at: .first.next.next, waited: .seconds(3))
        let (sum, isForgetful) = tally.sum(of: HoldTests.acme, after: .first, upTo: .first.next)
        #expect(sum == HoldTally.Sum(held: 4, late: 2, longest: .milliseconds(251)) && !isForgetful)
        let other = tally.sum(of: TestRouter.globex, after: .first, upTo: .first.next)
        #expect(other.sum == HoldTally.Sum() && !other.isForgetful)
    }

    @Test("A request that is held twice is one request, and late once")
    func heldTwice() {
        var tally = HoldTally()
        tally.count(.released, of: HoldTests.acme, at: .first.next, waited: .milliseconds(100))
        let later = Epoch.first.next.next
        tally.count(.released, of: HoldTests.acme, at: later, waited: .milliseconds(400), before: .milliseconds(100))
        tally.count(.refused, of: HoldTests.acme, at: later, waited: .milliseconds(900), before: .milliseconds(400))
        let (sum, _) = tally.sum(of: HoldTests.acme, after: .first, upTo: later)
        #expect(sum == HoldTally.Sum(held: 1, late: 1, longest: .milliseconds(900)))
    }

    @Test("Only so much is remembered, and what is forgotten is not said to be nothing")
    func bounds() {
        var tally = HoldTally(tenants: 2, epochs: 2)
        for epoch in 2...4 {
            tally.count(.released, of: HoldTests.acme, at: Epoch(rawValue: Int64(epoch)), waited: .zero)
        }
        #expect(tally.sum(of: HoldTests.acme, after: .first, upTo: Epoch(rawValue: 4)).isForgetful)
        #expect(!tally.sum(of: HoldTests.acme, after: Epoch(rawValue: 3), upTo: Epoch(rawValue: 4)).isForgetful)
        tally.count(.released, of: tenantID(3), at: .first, waited: .zero)
        tally.count(.released, of: tenantID(4), at: .first, waited: .zero)
        let (sum, isForgetful) = tally.sum(of: HoldTests.acme, after: Epoch(rawValue: 3), upTo: Epoch(rawValue: 4))
        #expect(sum.held == 0 && isForgetful)
    }

    // MARK: The router

    private func holds(_ router: TestRouter, host: String = "localhost", key: [UInt8] = TestRouter.signingKey)
        async throws -> String
    {
        let end = Epoch.first.next
        let signature = RequestSigner(key: key).sign(
            tenant: HoldTests.acme,
            epoch: end,
            scope: .control,
            expiry: .now() + .seconds(10)
        )
        return try await router.get(
            InternalPath.holds(HoldTests.acme, after: .first, upTo: end),
            host: host,
            fields: "\(HubHeader.signature): \(signature)\r\n"
        )
    }

    private func report(_ router: TestRouter) async throws -> InternalHolds {
        let answer = try await holds(router)
        try #require(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
        let body = try #require(answer.split(separator: "\r\n").last)
        return try WireJSON.decode(InternalHolds.self, from: Array(body.utf8))
    }

    @Test("A held request waits in the report, and is counted with its time when it was let go")
    func released() async throws {
        try await RawOrigin.with { us in
            try await RawOrigin.with { eu in
                let after = try directory(us: [us.port], eu: [eu.port], version: 2, epoch: 2, acmeOn: "eu-1")
                try await TestRouter.with(directory(us: [us.port], eu: [eu.port], acme: .held)) { router in
                    let client = try await router.connect()
                    client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                    try await waitFor("the router to hold it") { router.refreshes.count > 0 }
                    let before = try await report(router)
                    #expect(before.waiting == 1 && before.held == 0)
                    router.board.publish(after)
                    try await client.receive("the answer") { $0.hasSuffix("ok") }
                    let counted = try await report(router)
                    #expect(counted.waiting == 0 && counted.held == 1 && !counted.isForgetful)
                    #expect(counted.longestMicroseconds > 0 && counted.countedMilliseconds >= 0)
                }
            }
        }
    }

    @Test("A request that a hold's limits sent away is late, and so is one that could not wait at all")
    func refused() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port], acme: .held)) {
                $0.holdTimeout = .milliseconds(100)
                $0.heldRequests = 1
            } _: { router in
                let first = try await router.connect()
                first.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n")
                try await waitFor("the first to be held") { router.refreshes.count > 0 }
                let second = try await router.get()
                #expect(second.hasPrefix("HTTP/1.1 503 "))
                try await first.waitUntilClosed()
                let counted = try await report(router)
                #expect(counted.held == 2 && counted.late == 2 && counted.waiting == 0)
            }
        }
    }

    @Test("A client that does not wait does not wait for ever in the report")
    func left() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port], acme: .held)) { router in
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await waitFor("the router to hold it") { router.refreshes.count > 0 }
                client.close()
                try await waitFor("it to be counted") { try await report(router).held == 1 }
                let counted = try await report(router)
                #expect(counted.waiting == 0)
            }
        }
    }

    @Test("Only control is told: others learn not even that there is something")
    func strangers() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let stranger = try await holds(router, key: Array("another key that is long enough for it".utf8))
                #expect(stranger.hasPrefix("HTTP/1.1 404 "))
                let path = InternalPath.holds(HoldTests.acme, after: .first, upTo: .first.next)
                let unsigned = try await router.get(path, host: "localhost")
                #expect(unsigned.hasPrefix("HTTP/1.1 404 "))
                // A tenant's host leads to a backend, which gets no signature of a client's.
                let tenant = try await holds(router, host: "acme.hub.test")
                #expect(tenant.hasSuffix("ok"))
                let malformed = try await router.get("/internal/tenants/x/holds?after=1&upto=2", host: "localhost")
                #expect(malformed.hasPrefix("HTTP/1.1 404 "))
            }
        }
    }
}
