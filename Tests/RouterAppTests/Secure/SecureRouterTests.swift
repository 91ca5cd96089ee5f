import AsyncHTTPClient
import HubModel
import HubTesting
import HubWire
import NIOCore
import NIOHTTP1
import NIOSSL
import RouterFixtures
import Testing
import Topology

@testable import RouterApp

@Suite("A router that speaks TLS")
struct SecureRouterTests {
    /// Lends a router with an origin behind it that serves acme.
    private func withRouter<Result: Sendable>(
        strictTransportSeconds: Int = 0,
        script: @escaping RawOrigin.Script = RawOrigin.ok,
        settings change: @escaping @Sendable (inout ProxySettings) -> Void = { _ in },
        _ body: @escaping @Sendable (TestRouter, RawOrigin, TestAuthority) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority.shared.get()
        return try await authority.withCertificates { folder in
            try await RawOrigin.with(script) { origin in
                let result = try await TestRouter.with(
                    directory(us: [origin.port]),
                    certificates: folder,
                    drainLimit: .seconds(30),
                    settings: { settings in
                        settings.secure = SecurePolicy(
                            publicURL: PublicURL("https://{host}:8443")!,
                            strictTransportSeconds: strictTransportSeconds
                        )
                        change(&settings)
                    }
                ) { try await body($0, origin, authority) }
                #expect(origin.violations.isEmpty)
                return result
            }
        }
    }

    private func withClient<Result>(
        _ authority: TestAuthority,
        _ version: HTTPClient.Configuration.HTTPVersion = .automatic,
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(tlsConfiguration: authority.clientConfiguration())
        configuration.dnsOverride = ["acme.hub.test": "127.0.0.1", "globex.hub.test": "127.0.0.1"]
        configuration.httpVersion = version
        configuration.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    @Test("A request reaches the backend over either protocol, said to be of https", arguments: [true, false])
    func forwarded(isHTTP2: Bool) async throws {
        try await withRouter { router, origin, authority in
            try await withClient(authority, isHTTP2 ? .automatic : .http1Only) { client in
                var request = HTTPClientRequest(url: "https://acme.hub.test:\(router.securePort)/a?b=c")
                request.headers = ["x-forwarded-proto": "http", "x-forwarded-for": "1.2.3.4", "x-own": "1"]
                let response = try await client.execute(request, timeout: .seconds(30))
                #expect(response.version == (isHTTP2 ? .http2 : .http1_1))
                #expect(response.status == .ok)
                #expect(response.headers["strict-transport-security"].isEmpty)
                let body = try await response.body.collect(upTo: 100)
                #expect(String(buffer: body) == "ok")
            }
            let request = try #require(origin.requests.first)
            #expect(request.line == "GET /a?b=c HTTP/1.1")
            #expect(request.values("host") == ["acme.hub.test:\(router.securePort)"])
            #expect(request.values("x-forwarded-proto") == ["https"])
            #expect(request.values("x-own") == ["1"])
            #expect(request.values(HubHeader.clientAddress) == ["127.0.0.1"])
        }
    }

    private static func stream(of payload: [UInt8]) -> AsyncStream<ByteBuffer> {
        AsyncStream { continuation in
            continuation.yield(ByteBuffer(bytes: payload))
            continuation.finish()
        }
    }

    @Test("Over HTTP/2 a body arrives whole, with its length and without", arguments: [true, false])
    func body(isLengthKnown: Bool) async throws {
        let payload = [UInt8](repeating: 0x61, count: 500_000)
        try await withRouter { router, origin, authority in
            try await withClient(authority) { client in
                var request = HTTPClientRequest(url: "https://acme.hub.test:\(router.securePort)/")
                request.method = .POST
                request.body =
                    isLengthKnown
                    ? .bytes(ByteBuffer(bytes: payload))
                    : .stream(Self.stream(of: payload), length: .unknown)
                let response = try await client.execute(request, timeout: .seconds(30))
                #expect(response.version == .http2)
                #expect(response.status == .ok)
            }
            #expect(origin.requests.first?.wire.body == payload)
        }
    }

    @Test("Every answer over TLS tells browsers to stay with it for as long as configured, whatever backends say")
    func strictTransport() async throws {
        let script: RawOrigin.Script = { _, peer in
            peer.send("HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\ncontent-length: 2\r\n\r\nok")
        }
        for (seconds, line) in [(31_536_000, "strict-transport-security: max-age=31536000"), (0, nil)] {
            try await withRouter(strictTransportSeconds: seconds, script: script) { router, _, authority in
                for host in ["acme.hub.test", "nobody.hub.test", "not a host"] {
                    let client = try await RawPeer.connect(to: router.securePort, SecureDial(authority))
                    client.send("GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
                    try await client.waitUntilClosed()
                    let lines = client.text.split(separator: "\r\n").filter {
                        $0.lowercased().hasPrefix("strict-transport-security")
                    }
                    #expect(lines.map(String.init) == (line.map { [$0] } ?? []), "\(host)")
                }
                // Plainly it would mean nothing (RFC 6797 section 7.2).
                for host in ["127.0.0.1", "acme.hub.test"] {
                    let plain = try await router.get("/health", host: host).lowercased()
                    #expect(!plain.contains("strict-transport-security"))
                }
            }
        }
        // Without TLS here, somebody before the router speaks it, and the backends know for how long.
        try await RawOrigin.with(script) { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let plain = try await router.get()
                #expect(plain.contains("\r\nStrict-Transport-Security: max-age=1\r\n"))
            }
        }
    }

    @Test(
        "Without TLS, a host of ours is sent to its https address, path and query kept",
        arguments: [
            ("acme.hub.test", "/a?b=c", "https://acme.hub.test:8443/a?b=c"),
            ("ACME.hub.test:8080", "/", "https://acme.hub.test:8443/"),
            ("hub.test", "/signup", "https://hub.test:8443/signup"),
            ("nobody.hub.test", "//evil.test/x", "https://nobody.hub.test:8443//evil.test/x"),
            ("oldacme.hub.test", "/@evil.test", "https://oldacme.hub.test:8443/@evil.test"),
        ]
    )
    func redirect(host: String, path: String, location: String) async throws {
        try await withRouter { router, origin, _ in
            let text = try await router.get(path, host: host)
            #expect(text.hasPrefix("HTTP/1.1 308 "))
            #expect(text.contains("\r\nlocation: \(location)\r\n"))
            #expect(origin.requests.isEmpty)
        }
    }

    @Test("A body that came plainly is not forwarded, and not read either")
    func plainBody() async throws {
        try await withRouter { router, origin, _ in
            let text = try await router.exchange(
                "POST /login HTTP/1.1\r\nHost: acme.hub.test\r\nContent-Length: 100\r\n\r\npassword=secret"
            )
            #expect(text.hasPrefix("HTTP/1.1 308 "))
            #expect(origin.requests.isEmpty)
        }
    }

    @Test(
        "Nobody else is sent anywhere: the machine's own host answers plainly, strangers' hosts are unknown",
        arguments: [
            ("127.0.0.1", "/health", 200), ("localhost:8080", "/ready", 200), ("evil.test", "/", 404),
            ("acme.hub.test.evil.test", "/", 404), ("a.acme.hub.test", "/", 404), ("evil.test/acme.hub.test", "/", 400),
        ]
    )
    func notRedirected(host: String, path: String, status: Int) async throws {
        try await withRouter { router, _, _ in
            let text = try await router.get(path, host: host)
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text.prefix(200))")
            #expect(!text.contains("\r\nlocation:"))
        }
    }

    @Test("An authority and a Host that differ are 400, and nothing is forwarded")
    func differingHosts() async throws {
        try await withRouter { router, origin, authority in
            let client = try await FrameClient.connect(to: router.securePort, SecureDial(authority, protocols: ["h2"]))
            client.send(1, FrameClient.get() + [("host", "globex.hub.test")])
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.status == "400")
            client.send(3, Array(FrameClient.get().dropLast()))
            let end3 = try await client.waitForEnd(of: 3)
            #expect(end3.status == "400")
            client.send(
                5,
                Array(FrameClient.get().dropLast()) + [("host", "acme.hub.test"), ("host", "acme.hub.test")]
            )
            let end5 = try await client.waitForEnd(of: 5)
            #expect(end5.status == "400")
            #expect(origin.requests.isEmpty)
            client.send(7, FrameClient.get())
            let end7 = try await client.waitForEnd(of: 7)
            #expect(end7.text == "ok")
        }
    }

    @Test("What a client of HTTP/2 says in the hub's name never arrives")
    func reserved() async throws {
        try await withRouter { router, origin, authority in
            let client = try await FrameClient.connect(to: router.securePort, SecureDial(authority, protocols: ["h2"]))
            let forged = [
                ("hub-tenant", "x"), ("hub-signature", "x"), ("x-forwarded-proto", "http"), ("forwarded", "x"),
            ]
            client.send(1, FrameClient.get() + forged)
            let end1 = try await client.waitForEnd(of: 1)
            #expect(end1.text == "ok")
            let request = try #require(origin.requests.first)
            #expect(request.values("hub-tenant") == [TestRouter.acme.description])
            #expect(request.values("forwarded").isEmpty)
        }
    }

    @Test("Requests of one connection for two tenants go to their own")
    func coalesced() async throws {
        try await RawOrigin.with { acme in
            try await RawOrigin.with { globex in
                let authority = try TestAuthority.shared.get()
                let snapshot = try directory(us: [acme.port], eu: [globex.port])
                try await authority.withCertificates { folder in
                    try await TestRouter.with(snapshot, certificates: folder) { router in
                        let client = try await FrameClient.connect(
                            to: router.securePort,
                            SecureDial(authority, protocols: ["h2"])
                        )
                        client.send(1, FrameClient.get("/1"))
                        client.send(3, FrameClient.get("/3", host: "globex.hub.test"))
                        let end1 = try await client.waitForEnd(of: 1)
                        #expect(end1.text == "ok")
                        let end3 = try await client.waitForEnd(of: 3)
                        #expect(end3.text == "ok")
                    }
                }
                #expect(acme.requests.map(\.line) == ["GET /1 HTTP/1.1"])
                #expect(globex.requests.map(\.line) == ["GET /3 HTTP/1.1"])
            }
        }
    }

    @Test("An answer that ends with the connection and was cut short does not look complete to a client of HTTP/1.0")
    func cutShort() async throws {
        let script: RawOrigin.Script = { _, peer in
            peer.send(Array("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".utf8)) { peer.close() }
        }
        let chunks: RawOrigin.Script = { _, peer in
            peer.send(Array("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n".utf8)) { peer.close() }
        }
        for script in [script, chunks] {
            try await withRouter(script: script) { router, _, authority in
                let client = try await RawPeer.connect(to: router.securePort, SecureDial(authority))
                client.send("POST / HTTP/1.0\r\nHost: acme.hub.test\r\nContent-Length: 0\r\n\r\n")
                try await client.waitUntilClosed()
                #expect(client.failure != nil || client.text.hasPrefix("HTTP/1.1 502 "))
            }
        }
    }

    @Test("Connections are counted once, whatever they carry; one more than the limit of the moment is closed")
    func connectionLimit() async throws {
        try await withRouter(settings: { $0.clientConnectionsPerAddress = 2 }) { router, _, authority in
            let dial = try SecureDial(authority, protocols: ["h2"])
            let first = try await FrameClient.connect(to: router.securePort, dial)
            for number in 0..<10 {
                first.send(2 * number + 1, FrameClient.get())
                let end = try await first.waitForEnd(of: 2 * number + 1)
                #expect(end.text == "ok")
            }
            let second = try await FrameClient.connect(to: router.securePort, dial)
            second.send(1, FrameClient.get())
            let end1 = try await second.waitForEnd(of: 1)
            #expect(end1.text == "ok")
            let third = try await RawPeer.connect(to: router.securePort, SecureDial(authority))
            try await third.waitUntilClosed()
            #expect(!first.isClosed && !second.isClosed)
            // Other limits hold from the next connection on.
            router.reload { $0.clientConnectionsPerAddress = 3 }
            let fourth = try await FrameClient.connect(to: router.securePort, dial)
            fourth.send(1, FrameClient.get())
            let end = try await fourth.waitForEnd(of: 1)
            #expect(end.text == "ok")
        }
    }

    @Test("A router that stops answers what is under way over TLS, and lets nobody wait")
    func drain() async throws {
        try await withRouter(script: { _, _ in }) { router, origin, authority in
            let h2 = try await FrameClient.connect(to: router.securePort, SecureDial(authority, protocols: ["h2"]))
            h2.send(1, FrameClient.get())
            let h1 = try await RawPeer.connect(to: router.securePort, SecureDial(authority))
            h1.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
            let idle = try await RawPeer.connect(to: router.securePort, SecureDial(authority))
            try await waitFor("both requests") { origin.requests.count == 2 }
            await router.stop()
            try await idle.waitUntilClosed()
            for peer in origin.peers { RawOrigin.ok(origin.requests[0], peer) }
            let end1 = try await h2.waitForEnd(of: 1)
            #expect(end1.text == "ok")
            try await h1.waitUntilClosed()
            #expect(h1.text.hasSuffix("ok") && h1.failure == nil)
            try await waitFor("the end") { h2.isClosed }
        }
    }
}
