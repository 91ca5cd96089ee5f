import RouterFixtures
import Testing
import Throttling
import Topology

@testable import RouterApp

@Suite struct TopologyLimitTests {
    @Test("A bound that the topology sets is the one that clients meet")
    func takesEffect() async throws {
        let settings = try settings("requestHeadBytes: 2048, requestFields: 16, passwordBodyBytes: 1024", threads: 1)
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) {
                $0 = settings
            } _: { router in
                let fields = (1...20).map { "X-\($0): a\r\n" }
                for (added, status) in [
                    ("", 200), ("X: \(String(repeating: "a", count: 1500))\r\n", 200),
                    ("X: \(String(repeating: "a", count: 2048))\r\n", 431),
                    (fields.prefix(14).joined(), 200), (fields.prefix(15).joined(), 431),
                ] {
                    let text = try await router.get(fields: added)
                    #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(added.prefix(20)): \(text.prefix(100))")
                }
                for (length, status) in [(1024, 200), (1025, 413)] {
                    let text = try await router.exchange(
                        """
                        POST /api/auth/login HTTP/1.1\r
                        Host: acme.hub.test\r
                        Connection: close\r
                        Content-Length: \(length)\r
                        \r
                        \(String(repeating: "a", count: length))
                        """
                    )
                    #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(length): \(text.prefix(100))")
                }
            }
            #expect(origin.requests.count == 4)
        }
    }

    @Test("Every bound on clients reaches the router; memory and rates are shared out among its threads")
    func everyBound() throws {
        let settings = try settings(
            """
            requestBodyBytes: 5000, controlBodyBytes: 4000, passwordBodyBytes: 3000, requestHeadBytes: 2000, \
            requestFields: 20, headSeconds: 3, stallSeconds: 4, keepAliveSeconds: 5, transferBytesPerSecond: 6, \
            clientConnections: 7, clientConnectionsPerAddress: 8, unreadBytes: 4000000, tenantRoutedPerMinute: 100
            """,
            threads: 4
        )
        #expect(settings.requestBodyLimit == 5000)
        #expect(settings.controlBodyLimit == 4000)
        #expect(settings.passwordBodyLimit == 3000)
        #expect(settings.headLimits.headBytes == 2000)
        // No line is longer than all of them together.
        #expect(settings.headLimits.lineBytes == 2000)
        #expect(settings.headLimits.fields == 20)
        #expect(settings.headTimeout == .seconds(3))
        #expect(settings.stallTimeout == .seconds(4))
        #expect(settings.keepAliveTimeout == .seconds(5))
        #expect(settings.transferRate.bytes == 6 * 30 && settings.transferRate.window == .seconds(30))
        #expect(settings.clientConnections == 7)
        #expect(settings.clientConnectionsPerAddress == 8)
        #expect(settings.unreadLimit == 1_000_000)
        #expect(settings.tenantRate?.quota == 25 && settings.tenantRate?.window == .seconds(60))
    }

    @Test("The body of a class of routes is never larger than any request's may be")
    func classes() throws {
        let settings = try settings("requestBodyBytes: 2048", threads: 1)
        #expect(settings.controlBodyLimit == 2048 && settings.passwordBodyLimit == 2048)
    }

    // MARK: - Private

    private func settings(_ limits: String, threads: Int) throws -> ProxySettings {
        let topology = try Topology(
            yaml: """
                baseDomain: hub.test
                publicURL: "http://{host}:8080"
                stateDirectory: unused
                directory: { endpoints: ["127.0.0.1:1"], database: hub_directory }
                regions: { us: { name: United States, redis: "127.0.0.1:2" } }
                shards: { us-1: { region: us, endpoints: ["127.0.0.1:3"], database: hub_shard } }
                routers: { router: { listen: "127.0.0.1:4", admin: "127.0.0.1:5" } }
                controls: { control: { listen: "127.0.0.1:6", admin: "127.0.0.1:7" } }
                backends: { backend: { shard: us-1, listen: "127.0.0.1:8", admin: "127.0.0.1:9" } }
                limits: { \(limits) }
                """,
            file: "hub.yaml",
            environment: [:]
        )
        let secrets = Secrets(
            environment: [
                SecretName.directoryRouterPassword.environmentVariable: "unused",
                SecretName.routerSigningKey.environmentVariable: String(decoding: TestRouter.signingKey, as: UTF8.self),
            ],
            directory: nil
        )
        return try RouterConfiguration(name: "router", topology: topology, secrets: secrets, threads: threads).settings
    }
}
