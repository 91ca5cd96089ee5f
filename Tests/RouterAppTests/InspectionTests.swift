import HubModel
import HubTesting
import HubWire
import Observability
import Placement
import RouterFixtures
import Testing

@testable import RouterApp

@Suite("What a router tells of itself")
struct InspectionTests {
    @Test("Each outcome is explained as it would be for a request", arguments: TenantState.allCases)
    func states(_ state: TenantState) async throws {
        try await TestRouter.with(directory(us: [1, 2], acme: state, epoch: 7)) { router in
            let explained = try await router.inspector.explain("acme.hub.test:80")
            let isServed = state == .active || state == .held
            #expect(explained.tenantId == (isServed ? TestRouter.acme : nil))
            #expect(explained.epoch == (isServed ? Epoch(rawValue: 7) : nil))
            #expect(explained.backends.map(\.name) == (isServed ? ["backend-us-1-0", "backend-us-1-1"] : []))
            #expect(explained.directoryVersion == 1 && explained.process == "router")
            let expected: (RouteExplanation.Outcome, Int?) =
                switch state {
                case .active: (.forward, nil)
                case .held: (.hold, nil)
                case .suspended: (.answer, 403)
                case .deleting: (.answer, 404)
                }
            #expect((explained.outcome, explained.status) == expected)
            // A request has the same end, where the router answers by itself.
            if let status = expected.1 { #expect(try await router.get().hasPrefix("HTTP/1.1 \(status) ")) }
        }
    }

    @Test("Former names, strangers, the apex, the machine and a router without a directory are told apart")
    func others() async throws {
        try await TestRouter.with(directory(us: [1]), controls: [2]) { router in
            let renamed = try await router.inspector.explain("oldacme.hub.test")
            #expect(renamed.outcome == .redirect && renamed.location == "http://acme.hub.test")
            let apex = try await router.inspector.explain("hub.test")
            #expect(apex.outcome == .forward && apex.shard == "control" && apex.tenantId == nil)
            for (host, status) in [("nobody.hub.test", 404), ("acme.example", 404), ("127.0.0.1", 404)] {
                let explained = try await router.inspector.explain(host)
                #expect(explained.outcome == .answer && explained.status == status, "\(host)")
            }
            for host in ["", "a b", "a\r\nHost: acme.hub.test", "ä.hub.test"] {
                await #expect(throws: Inspection.Refusal.self) { try await router.inspector.explain(host) }
            }
            await #expect(throws: Inspection.Refusal.self) { try await router.inspector.explain(nil) }
        }
        try await TestRouter.with(nil) { router in
            let explained = try await router.inspector.explain("acme.hub.test")
            #expect(explained.status == 503 && explained.directoryVersion == nil)
        }
    }

    @Test("Backends show their connections and their health, and held tenants how many of their requests wait")
    func pools() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port], eu: [1])) { router in
                let answer = try await router.exchange(
                    "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n"
                )
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                let backends = await router.inspector.backends()
                #expect(backends.map(\.shard) == ["us-1", "eu-1"])
                #expect((backends[0].busy, backends[0].idle, backends[0].availability) == (0, 1, .available))
                #expect((backends[1].busy, backends[1].idle) == (0, 0))
                #expect(router.inspector.heldTenants == [])

                router.board.publish(try directory(us: [origin.port], version: 2, acme: .held))
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await waitFor("the router to hold it") { router.refreshes.count > 0 }
                #expect(router.inspector.heldTenants == [RouterHoldView(tenantId: TestRouter.acme, waiting: 1)])
                #expect(try await router.inspector.explain("acme.hub.test").waiting == 1)
            }
        }
    }
}
