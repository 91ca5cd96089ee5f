import AppFixtures
import BackendApp
import FoundationEssentials
import HubModel
import HubWire
import Observability
import Testing
import Topology

extension BackendAppTests {
    @Suite("Signing in")
    struct SignInTests {
        @Test("A person signs in, is known, signs out, and the token is dead at once")
        func wholeSession() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let answer = try await tenant.client.post(
                        "/api/auth/login",
                        LoginRequest(email: "ADMIN@acme.com", password: SampleTenant.password)
                    )
                    #expect(answer.status == 200)
                    let login = try answer.decode(LoginAnswer.self)
                    #expect(login.user.email == tenant.email)
                    #expect(login.user.tenantId == tenant.id)
                    #expect(login.user.role == .tenantAdmin)
                    #expect(login.expiresAt > .now())
                    #expect(
                        answer["set-cookie"]?.hasPrefix("__Host-hub=\(login.token); ") == true
                            && answer["set-cookie"]?.hasSuffix("Path=/; Secure; HttpOnly; SameSite=Lax") == true
                    )

                    let client = tenant.client.bearing(login.token)
                    let me = try await client.get("/api/auth/me").decode(MeAnswer.self)
                    #expect(me.user == login.user)
                    #expect(me.tenant?.subdomain.rawValue == "acme")
                    #expect(me.tenant?.region.rawValue == "us")
                    #expect(me.tenant?.usage == TenantUsage(users: 1, projects: 0, tasks: 0))

                    #expect(try await client.send("POST", "/api/auth/logout").status == 204)
                    #expect(try await client.get("/api/auth/me").status == 401)
                    #expect(try await client.send("POST", "/api/auth/logout").status == 401)
                    #expect(
                        try databases.inShard(
                            "SELECT action, ipAddress FROM audit_logs WHERE tenantId = '\(tenant.id)' ORDER BY timestamp, action"
                        )
                            == [
                                "CREATE_TENANT|203.0.113.9", "CREATE_USER|203.0.113.9", "LOGIN|203.0.113.7",
                                "LOGOUT|203.0.113.7",
                            ]
                    )
                }
            }
        }

        @Test("Every wrong pair gets the same answer, and each is in the audit trail")
        func wrongPairs() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let pairs = [
                        (tenant.email, "wrong"), ("nobody@acme.com", SampleTenant.password), ("no address", "x"),
                        (tenant.email, String(repeating: "x", count: 200)),
                        (tenant.email, "\(SampleTenant.password)\0"),
                    ]
                    var bodies: Set<String> = []
                    for (email, password) in pairs {
                        let answer = try await tenant.client.post(
                            "/api/auth/login",
                            LoginRequest(email: email, password: password)
                        )
                        #expect(answer.status == 401)
                        #expect(answer["www-authenticate"] == "Bearer")
                        #expect(answer["set-cookie"] == nil)
                        bodies.insert(answer.text)
                    }
                    #expect(bodies.count == 1, "\(bodies)")
                    let failures = try databases.inShard(
                        """
                        SELECT entityId IS NOT NULL, userId IS NULL, changes->'after'->>'email' FROM audit_logs
                        WHERE action = 'LOGIN_FAILED' ORDER BY id
                        """
                    )
                    #expect(failures.prefix(2) == ["t|t|admin@acme.com", "f|t|nobody@acme.com"])
                    #expect(failures.count == pairs.count)
                }
            }
        }

        @Test("A deleted user's token is worth nothing from the deletion on")
        func deletedUser() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn()
                    _ = try databases.inShard("DELETE FROM users WHERE email = '\(tenant.email)'")
                    #expect(try await client.get("/api/projects").status == 401)
                    #expect(try await client.post("/api/projects", CreateProjectRequest(name: "x")).status == 401)
                    #expect(try databases.inShard("SELECT count(*) FROM projects") == ["0"])
                }
            }
        }

        @Test("A token has an end")
        func expiry() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases, change: { $0.limits.tokenSeconds = 60 }) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn()
                    #expect(try await client.get("/api/auth/me").status == 200)
                    _ = try databases.inShard(
                        "UPDATE sessions SET createdAt = now() - interval '1 hour', expiresAt = now() - interval '1 second'"
                    )
                    #expect(try await client.get("/api/auth/me").status == 401)
                }
            }
        }

        @Test("More sign-ins than can be hashed are told to come back, and soon")
        func overload() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.passwordCost = 12
                        $0.limits.passwordHashThreads = 1
                        $0.limits.passwordHashQueue = 1
                    }
                ) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let answers = try await withThrowingTaskGroup(of: WebAnswer.self) { group in
                        for _ in 0..<12 {
                            group.addTask {
                                try await tenant.client.post(
                                    "/api/auth/login",
                                    LoginRequest(email: "nobody@acme.com", password: "wrong")
                                )
                            }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    let refused = answers.filter { $0.status == 503 }
                    #expect(!refused.isEmpty)
                    #expect(refused.allSatisfy { $0["retry-after"] == "1" })
                    #expect(answers.allSatisfy { $0.status == 503 || $0.status == 401 })
                }
            }
        }
    }
}
