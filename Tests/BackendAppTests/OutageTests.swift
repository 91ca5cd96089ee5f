import AppFixtures
import BackendApp
import FoundationEssentials
import HubModel
import HubTesting
import HubWeb
import HubWire
import Observability
import Testing
import Topology

extension BackendAppTests {
    @Suite("Outages")
    struct OutageTests {
        @Test(
            "A killed database is told with 503 within a second; the backend recovers by itself and loses nobody's session"
        )
        func postgresKilled() async throws {
            try await PostgresCluster.withCluster { cluster in
                try await HubDatabases.with(on: cluster) { databases in
                    try await RunningBackend.with(databases) { backend in
                        let client = try await SampleTenant.create("acme", on: backend).signedIn()
                        cluster.kill9()
                        for path in ["/api/projects", "/", "/ready", "/api/projects"] {
                            let answer = try await client.get(path)
                            #expect(answer.status == 503, "\(path): \(answer.text)")
                            #expect(answer["retry-after"] == "1")
                            #expect(answer.elapsed < .seconds(1), "\(answer.elapsed)")
                            #expect(!answer.text.contains("SELECT"), "no SQL is told")
                        }
                        #expect(try await client.post("/api/projects", ["name": "x"]).status == 503)
                        #expect(try await client.get("/health").status == 200)
                        try cluster.start()
                        try await waitFor("the backend to serve again") {
                            try await client.get("/api/projects").status == 200
                        }
                        #expect(try await client.get("/ready").status == 200)
                    }
                }
            }
        }

        @Test("A backend that starts before its database waits for it, says 503 meanwhile, and checks the schema then")
        func startsFirst() async throws {
            try await PostgresCluster.withCluster { cluster in
                try await HubDatabases.with(on: cluster) { databases in
                    cluster.kill9()
                    try await RunningBackend.with(databases, isAwaited: false) { backend in
                        let client = backend.router(.make(at: .now()))
                        #expect(try await client.get("/ready").status == 503)
                        #expect(try await client.get("/health").status == 200)
                        let answer = try await client.get("/")
                        #expect(answer.status == 503 && answer["retry-after"] == "1" && answer.elapsed < .seconds(1))
                        try cluster.start()
                        try await waitFor("the backend to be ready") { try await client.get("/ready").status == 200 }
                        _ = try await SampleTenant.create("acme", on: backend).signedIn()
                    }
                }
            }
        }

        @Test("Redis may be there, go and come back: no request fails, and readiness tells")
        func redis() async throws {
            let redis = try RedisServer()
            try await redis.start()
            defer { redis.kill9() }
            try await HubDatabases.with { databases in
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.use(redis)
                    }
                ) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                    func cache() async throws -> Readiness.Component.State? {
                        try await client.get("/ready").decode(Readiness.self).components.first { $0.name == "cache" }?
                            .state
                    }
                    try await waitFor("the cache to be up") { try await cache() == .up }
                    redis.kill9()
                    #expect(try await client.post("/api/projects", ["name": "x"]).status == 201)
                    try await waitFor("the cache to be missed") { try await cache() == .degraded }
                    #expect(try await client.get("/ready").status == 200)
                    try await redis.start()
                    try await waitFor("the cache to be up again") { try await cache() == .up }
                }
            }
        }

        @Test("A stopping backend takes no new connection, and finishes what is in flight")
        func drain() async throws {
            try await HubDatabases.with { databases in
                // Hashing takes long enough to be in flight when the end comes.
                try await RunningBackend.with(databases, change: { $0.passwordCost = 13 }) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    async let answer = tenant.client.post(
                        "/api/auth/login",
                        LoginRequest(email: "x@y.zz", password: "x")
                    )
                    try await waitFor("the request to be in flight") {
                        await backend.registry.exposition().contains("hub_http_requests_in_flight 1\n")
                    }
                    await backend.stop()
                    try await waitFor("the backend to take no new connection") {
                        do {
                            _ = try await WebClient.once(port: backend.port).get("/health")
                            return false
                        } catch {
                            return true
                        }
                    }
                    #expect(try await answer.status == 401)
                }
            }
        }
    }
}
