import HubModel
import HubWire
import Observability
import RouterFixtures
import Testing

@testable import RouterApp

@Suite struct ForwardingTests {
    @Test("A request reaches the backend of its tenant's shard with tenant, epoch, signature and request id")
    func signedForward() async throws {
        try await RawOrigin.with { us in
            try await RawOrigin.with { eu in
                try await TestRouter.with(directory(us: [us.port], eu: [eu.port], epoch: 7)) { router in
                    let answer = try await router.get("/a?b=c", host: "ACME.hub.test:8080")
                    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                    #expect(answer.hasSuffix("\r\n\r\nok"))
                    _ = try await router.get(host: "globex.hub.test")
                }
                let request = try #require(us.requests.first)
                #expect(us.requests.count == 1)
                #expect(request.line == "GET /a?b=c HTTP/1.1")
                #expect(request.values("host") == ["ACME.hub.test:8080"])
                #expect(request.values("hub-tenant") == [TestRouter.acme.description])
                #expect(request.values("hub-epoch") == ["7"])
                #expect(request.values("hub-client-address") == ["127.0.0.1"])
                #expect(request.values("hub-router") == ["router"])
                #expect(request.values("x-request-id").first?.count == 32)
                #expect(request.values("traceparent").first?.hasPrefix("00-") == true)
                try SignatureVerifier(key: TestRouter.signingKey).verify(
                    request.values("hub-signature").first,
                    tenant: TestRouter.acme,
                    epoch: Epoch(rawValue: 7),
                    scope: .tenant,
                    now: .now()
                )
                #expect(eu.requests.first?.values("hub-tenant") == [TestRouter.globex.description])
            }
        }
    }

    @Test("The apex goes to control, signed for no tenant")
    func control() async throws {
        try await RawOrigin.with { control in
            try await TestRouter.with(directory(), controls: [control.port]) { router in
                let answer = try await router.get("/api/regions", host: "hub.test")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
            }
            let request = try #require(control.requests.first)
            #expect(request.values("hub-tenant") == [])
            #expect(request.values("hub-epoch") == [])
            try SignatureVerifier(key: TestRouter.signingKey).verify(
                request.values("hub-signature").first,
                tenant: nil,
                epoch: nil,
                scope: .tenant,
                now: .now()
            )
        }
    }

    @Test("What a client says about itself in the router's own fields is stripped, in any case and spelling")
    func spoofing() async throws {
        let spoofed = [
            "Hub-Tenant: 00000000-0000-7000-8000-000000000002", "hub-epoch: 9", "HUB-SIGNATURE: v1;x;y",
            "hub_tenant: x", "Hub-Client-Address: 6.6.6.6", "hub-anything: x", "X-Forwarded-For: 6.6.6.6",
            "x-forwarded-host: evil", "X_Forwarded_Proto: https", "X-Forwarded-Anything: 1", "Forwarded: for=6.6.6.6",
            "X-Real-IP: 6.6.6.6",
        ]
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                _ = try await router.get(fields: spoofed.map { $0 + "\r\n" }.joined() + "Authorization: Bearer t\r\n")
            }
            let request = try #require(origin.requests.first)
            #expect(!request.text.contains("6.6.6.6"))
            #expect(!request.text.lowercased().contains("forwarded"))
            #expect(!request.text.contains("hub_tenant"))
            #expect(!request.text.contains("hub-anything"))
            #expect(request.values("hub-tenant") == [TestRouter.acme.description])
            #expect(request.values("hub-epoch") == ["1"])
            #expect(request.values("hub-signature").count == 1)
            #expect(request.values("authorization") == ["Bearer t"])
        }
    }

    @Test("Hop-by-hop fields and those that Connection names are dropped both ways; all others pass unchanged")
    func hopByHop() async throws {
        let answer = """
            HTTP/1.1 200 Fine\r\nConnection: keep-alive, X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\n\
            Proxy-Authenticate: Basic\r\nTrailer: X-T\r\nUpgrade: h2c\r\nHub-Secret: 1\r\nX-Request-ID: theirs\r\n\
            Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Odd:  two  blanks \r\nContent-Length: 0\r\n\r\n
            """
        try await RawOrigin.with { _, peer in
            peer.send(answer)
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange(
                    "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nTE: trailers\r\n"
                        + "Keep-Alive: 1\r\nProxy-Authorization: x\r\nProxy-Connection: close\r\nX-Kept: \u{E9}\r\n"
                        + "X-Request-ID: mine-1\r\nCookie: a=1\r\n\r\n"
                )
                #expect(text.hasPrefix("HTTP/1.1 200 Fine\r\n"))
                for name in ["x-private", "keep-alive", "proxy-auth", "trailer", "upgrade", "hub-secret", "theirs"] {
                    #expect(!text.lowercased().contains(name))
                }
                #expect(text.contains("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Odd:  two  blanks \r\n"))
                #expect(text.contains("\r\nx-request-id: mine-1\r\n"))
                #expect(text.contains("\r\nconnection: close\r\n"))
                #expect(text.lowercased().contains("\r\ndate: "))
            }
            let request = try #require(origin.requests.first)
            for name in ["x-mine", "te", "keep-alive", "proxy-authorization", "proxy-connection", "connection"] {
                #expect(request.values(name) == [])
            }
            #expect(request.values("x-kept") == ["\u{E9}"])
            #expect(request.values("cookie") == ["a=1"])
            #expect(request.values("x-request-id") == ["mine-1"])
        }
    }

    @Test("A request id is kept when it is sane and replaced when it is not", arguments: ["a b", "x\"y", "é", ""])
    func requestID(given: String) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                _ = try await router.get(fields: "X-Request-ID: \(given)\r\n")
                _ = try await router.get(fields: "X-Request-ID: \(String(repeating: "a", count: 65))\r\n")
            }
            for request in origin.requests { #expect(request.values("x-request-id").first?.count == 32) }
        }
    }

    @Test("A sound traceparent passes with its tracestate; a bad one is replaced and its tracestate dropped")
    func trace() async throws {
        let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                _ = try await router.get(fields: "traceparent: \(sound)\r\ntracestate: a=1\r\n")
                _ = try await router.get(fields: "traceparent: 00-zz\r\ntracestate: a=1\r\n")
            }
            #expect(origin.requests[0].values("traceparent") == [sound])
            #expect(origin.requests[0].values("tracestate") == ["a=1"])
            #expect(origin.requests[1].values("traceparent").first?.count == 55)
            #expect(origin.requests[1].values("tracestate") == [])
        }
    }

    @Test("Connections are kept and used again on both sides")
    func keepAlive() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                for number in 1...5 {
                    client.send("GET /\(number) HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                    try await client.receive("answer \(number)") { $0.split(separator: "HTTP/1.1 200").count == number }
                }
                #expect(!client.isClosed)
            }
            #expect(origin.connectionCount == 1)
            #expect(origin.requests.map(\.line) == (1...5).map { "GET /\($0) HTTP/1.1" })
        }
    }

    @Test("Pipelined requests are answered in order, one at a time")
    func pipelining() async throws {
        try await RawOrigin.with { request, peer in
            let path = request.line.split(separator: " ")[1]
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(path.utf8.count)\r\n\r\n\(path)")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let one = "POST /one HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 3\r\n\r\nabc"
                let two =
                    "POST /two HTTP/1.1\r\nHost: acme.hub.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
                let text = try await router.exchange(
                    one + two + "\r\nGET /three HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n"
                )
                let bodies = text.components(separatedBy: "\r\n\r\n").dropFirst().map { $0.prefix(6) }
                #expect(bodies.map { $0.prefix { $0 != "H" } } == ["/one", "/two", "/three"])
            }
            #expect(origin.requests.map(\.body) == ["abc", "1\r\nx\r\n0\r\n\r\n", ""])
        }
    }

    @Test("HEAD, 204 and 304 have no body and keep the connection in step")
    func bodiless() async throws {
        try await RawOrigin.with { request, peer in
            switch request.line.split(separator: " ")[1] {
            case "/head": peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n")
            case "/chunked": peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            case "/204": peer.send("HTTP/1.1 204 No Content\r\n\r\n")
            default: peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: \"x\"\r\n\r\n")
            }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let host = "HTTP/1.1\r\nHost: acme.hub.test\r\n"
                let text = try await router.exchange(
                    "HEAD /head \(host)\r\nHEAD /chunked \(host)\r\nGET /204 \(host)\r\nGET /304 \(host)Connection: close\r\n\r\n"
                )
                let heads = text.components(separatedBy: "\r\n\r\n").filter { !$0.isEmpty }
                #expect(heads.count == 4)
                #expect(heads[0].contains("content-length: 1234"))
                #expect(!heads[1].lowercased().contains("transfer-encoding"))
                #expect(!heads[1].lowercased().contains("content-length"))
                #expect(!heads[2].lowercased().contains("content-length"))
                #expect(heads[3].contains("content-length: 99"))
                #expect(heads[3].contains("ETag: \"x\""))
            }
            #expect(origin.connectionCount == 1)
        }
    }

    @Test("A client that expects 100 is told to continue by the router, and the backend sees no expectation")
    func expectContinue() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
                )
                try await client.receive("100") { $0 == "HTTP/1.1 100 Continue\r\n\r\n" }
                client.send("body")
                try await client.receive("the answer") { $0.contains("HTTP/1.1 200 OK") && $0.hasSuffix("ok") }
            }
            #expect(origin.requests.first?.values("expect") == [])
            #expect(origin.requests.first?.body == "body")
        }
    }

    @Test("Informational answers are passed on, but to a client of HTTP/1.0")
    func informational() async throws {
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.get()
                #expect(text.hasPrefix("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\n"))
                let old = try await router.exchange("GET / HTTP/1.0\r\nHost: acme.hub.test\r\n\r\n")
                #expect(old.hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test("A client of HTTP/1.0 gets an unchunked answer that ends with the connection, or keep-alive when it asks")
    func http10() async throws {
        try await RawOrigin.with { request, peer in
            if request.line.contains("/chunked") {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            } else {
                RawOrigin.ok(request, peer)
            }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.exchange("GET /chunked HTTP/1.0\r\nHost: acme.hub.test\r\n\r\n")
                #expect(text.hasSuffix("\r\n\r\nhello"))
                #expect(!text.lowercased().contains("transfer-encoding"))
                let client = try await router.connect()
                client.send("GET / HTTP/1.0\r\nHost: acme.hub.test\r\nConnection: keep-alive\r\n\r\n")
                try await client.receive("an answer") { $0.hasSuffix("ok") && $0.contains("connection: keep-alive") }
                client.send("GET / HTTP/1.0\r\nHost: acme.hub.test\r\n\r\n")
                try await client.waitUntilClosed()
                #expect(client.text.contains("connection: close"))
            }
            #expect(origin.requests.allSatisfy { $0.line.hasSuffix("HTTP/1.1") })
        }
    }

    @Test("An answer that ends with its connection reaches a client of HTTP/1.1 chunked and whole")
    func untilClose() async throws {
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 200 OK\r\n\r\nhello")
            peer.close()
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let text = try await router.get()
                #expect(text.contains("transfer-encoding: chunked"))
                #expect(text.hasSuffix("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
            }
        }
    }
}

extension String {
    func components(separatedBy text: String) -> [String] {
        split(separator: text, omittingEmptySubsequences: false).map(String.init)
    }
}
