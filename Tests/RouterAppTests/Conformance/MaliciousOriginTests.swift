import HubTesting
import RouterFixtures
import Testing

@Suite(.serialized) struct MaliciousOriginTests {
    @Test(
        "An answer passes whole, or is 502, or is cut short; a connection that is out of step is not used again",
        arguments: AnswerCase.all
    )
    func answers(example: AnswerCase) async throws {
        let complaints = try await example.complaints()
        #expect(complaints.isEmpty, "\(complaints.map { $0.prefix(1000) }.joined(separator: "\n"))")
    }

    @Test("An answer to nothing on a connection that waits for its next request reaches nobody")
    func unsolicited() async throws {
        try await RawOrigin.with(Echo.script(of: "us")) { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                for round in 0..<3 {
                    let text = try await router.get("/\(round)")
                    #expect(text.contains("GET /\(round) "))
                    let peer = try #require(origin.peers.last)
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
                    try await peer.waitUntilClosed()
                }
            }
            #expect(origin.requests.map(\.connection) == [0, 1, 2])
        }
    }

    @Test("A body that 204 announces and that comes later is not taken for the answer to the next request")
    func lateBody() async throws {
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 204 No Content\r\nContent-Length: 44\r\n\r\n")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.get()
                #expect(text.hasPrefix("HTTP/1.1 204 "))
                try await #require(origin.peers.first).waitUntilClosed()
            }
        }
    }
}
