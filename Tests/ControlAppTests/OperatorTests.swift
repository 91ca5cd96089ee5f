import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Testing

extension ControlAppTests {
    @Suite("Operating the hub")
    struct OperatorTests {
        @Test("A super admin signs in, is known, and signs out for good")
        func session() async throws {
            try await HubDatabases.with { databases in
                try await RunningControl.with(databases, backends: [1]) { control in
                    let client = try await control.operatorClient()
                    let me = try await client.get("/api/auth/me").decode(MeAnswer.self)
                    #expect(me.user.role == .superAdmin && me.user.tenantId == nil && me.tenant == nil)
                    #expect(try await client.send("POST", "/api/auth/logout").status == 204)
                    #expect(try await client.get("/api/auth/me").status == 401)
                    let wrong = try await control.stranger.post(
                        "/api/auth/login",
                        LoginRequest(email: RunningControl.superAdmin, password: "wrong")
                    )
                    let nobody = try await control.stranger.post(
                        "/api/auth/login",
                        LoginRequest(email: "x", password: "wrong")
                    )
                    #expect(wrong.status == 401 && wrong.text == nobody.text)
                    #expect(wrong["www-authenticate"] == "Bearer")
                    #expect(
                        try databases.inDirectory("SELECT action FROM audit_logs ORDER BY id").suffix(4)
                            == ["LOGIN", "LOGOUT", "LOGIN_FAILED", "LOGIN_FAILED"]
                    )
                }
            }
        }

        @Test("Only a super admin sees tenants and shards")
        func strangers() async throws {
            try await HubDatabases.with { databases in
                try await RunningControl.with(databases, backends: [1]) { control in
                    let regions = try await control.stranger.get("/api/regions").decode(Page<RegionView>.self)
                    #expect(regions.items.map(\.name) == ["United States"])
                    let id = TenantID.make(at: Timestamp(microseconds: 0))
                    for path in [
                        "/api/tenants", "/api/tenants/\(id)", "/api/shards", "/api/auth/me", "/api/audit-logs",
                    ] {
                        #expect(try await control.stranger.get(path).status == 401, "\(path)")
                        #expect(try await control.stranger.bearing("x.y.z").get(path).status == 401, "\(path)")
                    }
                    #expect(try await control.stranger.put("/api/tenants/\(id)", ["state": "suspended"]).status == 401)
                    #expect(try await control.stranger.post("/api/tenants", SignUpTests.request).status == 401)
                    #expect(try await control.stranger.delete("/api/tenants/\(id)?confirm=x").status == 401)
                    let impersonation = try await control.stranger.post(
                        "/api/tenants/\(id)/impersonate",
                        ["reason": "x"]
                    )
                    #expect(impersonation.status == 401)
                    #expect(try await control.stranger.put("/api/shards/us-1", ["state": "closed"]).status == 401)
                }
            }
        }

        @Test("A tenant is created, found, suspended and resumed, each with its audit row")
        func tenants() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let client = try await control.operatorClient()
                        let created = try await client.post("/api/tenants", SignUpTests.request)
                        #expect(created.status == 201)
                        let id = try created.decode(RegisterTenantAnswer.self).tenant.id
                        #expect(created["location"] == "/api/tenants/\(id)")
                        func found(_ query: String) async throws -> [String] {
                            try await client.get("/api/tenants?\(query)").decode(Page<DirectoryTenantView>.self)
                                .items.map(\.subdomain.rawValue)
                        }
                        #expect(try await found("search=INITR&region=us&shard=us-1&state=active") == ["initrode"])
                        #expect(try await found("search=nothing") == [])
                        #expect(try await client.get("/api/tenants?state=gone").wrongFields == ["state"])

                        let one = try await client.get("/api/tenants/initrode").decode(DirectoryTenantView.self)
                        #expect(one.id == id && one.url == "http://initrode.hub.test:8080" && one.state == .active)
                        let suspended = try await client.put("/api/tenants/\(id)", ["state": "suspended"])
                        #expect(try suspended.decode(DirectoryTenantView.self).state == .suspended)
                        #expect(try await found("state=suspended") == ["initrode"])
                        #expect(try await client.put("/api/tenants/\(id)", ["state": "held"]).wrongFields == ["state"])
                        #expect(try await client.put("/api/tenants/\(id)", [String: String]()).status == 200)
                        #expect(try await client.put("/api/tenants/\(id)", ["state": "active"]).status == 200)
                        #expect(try await client.get("/api/tenants/\(TenantID.make(at: one.createdAt))").status == 404)
                        _ = try databases.inDirectory("UPDATE tenants SET state = 'held'")
                        #expect(try await client.put("/api/tenants/\(id)", ["state": "active"]).status == 409)
                        #expect(
                            try databases.inDirectory(
                                """
                                SELECT u.email, a.changes->'before'->>'state', a.changes->'after'->>'state'
                                FROM audit_logs a JOIN users u ON u.id = a.userId
                                WHERE a.action = 'UPDATE_TENANT' AND a.tenantId = '\(id)' ORDER BY a.id
                                """
                            ) == [
                                "superadmin@system.com|active|suspended", "superadmin@system.com|suspended|active",
                            ]
                        )
                    }
                }
            }
        }

        @Test("A shard's health is that of its backends")
        func shards() async throws {
            try await HubDatabases.with { databases in
                let dead = try freePort()
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port, dead]) { control in
                        let client = try await control.operatorClient()
                        let answer = try await client.get("/api/shards")
                        let shard = try #require(try answer.decode(Page<ShardView>.self).items.first)
                        #expect(shard.id.rawValue == "us-1" && shard.region.rawValue == "us" && shard.state == .open)
                        // Its Redis is not there, which costs speed only.
                        #expect(shard.backends.map(\.health) == [.degraded, .down])
                        #expect(shard.health == .degraded)
                        #expect(shard.backends[1].endpoint == "127.0.0.1:\(dead)")
                        #expect(shard.backends[1].detail != nil)
                        let load = try #require(shard.load)
                        #expect(load.bytes > 1_000_000 && load.transactions > 0 && load.sessions > 0)
                        #expect(answer.elapsed < .seconds(3))
                    }
                }
            }
        }

        @Test("A killed directory is told with 503 within a second, and control recovers by itself")
        func outage() async throws {
            try await PostgresCluster.withCluster { cluster in
                try await HubDatabases.with(on: cluster) { databases in
                    try await RunningControl.with(databases, backends: [1]) { control in
                        let client = try await control.operatorClient()
                        #expect(try await client.get("/api/tenants").status == 200)
                        cluster.kill9()
                        for path in ["/api/tenants", "/api/regions", "/ready"] {
                            let answer = try await client.get(path)
                            #expect(answer.status == 503, "\(path)")
                            #expect(answer["retry-after"] == "1")
                            #expect(answer.elapsed < .seconds(1), "\(answer.elapsed)")
                        }
                        #expect(try await client.get("/health").status == 200)
                        try cluster.start()
                        try await waitFor("control to answer again") {
                            try await client.get("/api/tenants").status == 200
                        }
                    }
                }
            }
        }
    }
}
