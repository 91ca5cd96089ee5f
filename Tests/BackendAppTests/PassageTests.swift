import AppFixtures
import FoundationEssentials
import HubModel
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("Only what passed a router, and only what this shard owns")
    struct PassageTests {
        @Test("A request that did not pass a router is refused, with a valid token too")
        func unsigned() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn()
                    var fields = client.fields
                    fields.removeValue(forKey: HubHeader.signature)
                    for path in ["/api/projects", "/", "/nothing", "/internal/tenants/\(tenant.id)"] {
                        let answer = try await WebClient(port: backend.port, fields: fields).get(path)
                        #expect(answer.status == 403, "\(path)")
                        #expect(answer["content-type"] == "application/problem+json")
                    }
                    #expect(try await backend.stranger.get("/health").status == 200)
                }
            }
        }

        @Test("Forged, expired and foreign signatures are refused")
        func badSignatures() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let other = TenantID.make(at: .now())
                    let forged = RequestSigner(key: Array("another-key-that-is-32-bytes-long!!".utf8)).sign(
                        tenant: tenant.id,
                        epoch: .first,
                        scope: .tenant,
                        expiry: .now() + .seconds(30)
                    )
                    let expired = backend.router(tenant.id, expiry: .now() + .seconds(-10))
                    let foreign = backend.router(other).with([HubHeader.tenant: "\(tenant.id)"])
                    let raised = backend.router(tenant.id).with([HubHeader.epoch: "2"])
                    for client in [tenant.client.with([HubHeader.signature: forged]), expired, foreign, raised] {
                        #expect(try await client.get("/api/projects").status == 403)
                    }
                    // Control's signature opens no tenant's door, and a router's none of control's.
                    #expect(try await backend.control(tenant.id).get("/api/projects").status == 403)
                    #expect(try await tenant.client.delete(InternalPath.tenant(tenant.id)).status == 403)
                    #expect(try await backend.control(other).delete(InternalPath.tenant(tenant.id)).status == 403)
                    #expect(try databases.inShard("SELECT count(*) FROM tenants") == ["1"])
                }
            }
        }

        @Test("At another epoch, or while a cutover has it frozen, a tenant is not served and nothing is changed")
        func notOwner() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn()
                    let later = backend.router(tenant.id, epoch: Epoch(rawValue: 2)).bearing(
                        client.fields["authorization"]?.split(separator: " ").last.map(String.init) ?? ""
                    )
                    let unknown = backend.router(.make(at: .now()))
                    let before = try databases.inShard("SELECT count(*) FROM audit_logs")
                    func refusals(_ client: WebClient) async throws -> [WebAnswer] {
                        [
                            try await client.get("/api/projects"),
                            try await client.post("/api/projects", ["name": "x"]),
                            try await client.post(
                                "/api/auth/login",
                                LoginRequest(email: tenant.email, password: "wrong")
                            ),
                            try await client.get("/"),
                        ]
                    }
                    var answers = try await refusals(later)
                    answers += [try await unknown.get("/")]
                    _ = try databases.inShard("UPDATE tenant_ownership SET state = 'frozen'")
                    answers += try await refusals(client)
                    for answer in answers {
                        #expect(answer.status == 421, "\(answer.text)")
                        #expect(answer[HubHeader.redirect] == HubHeader.redirectMoved)
                    }
                    #expect(try databases.inShard("SELECT count(*) FROM audit_logs") == before)
                    #expect(try databases.inShard("SELECT count(*) FROM projects") == ["0"])
                    _ = try databases.inShard("UPDATE tenant_ownership SET state = 'active'")
                    #expect(try await client.get("/api/projects").status == 200)
                }
            }
        }

        @Test("Another tenant's object is not found, and another tenant's token is no token")
        func isolation() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let globex = try await SampleTenant.create("globex", on: backend)
                    let (insider, outsider) = (try await acme.signedIn(), try await globex.signedIn())
                    let project = try await insider.post("/api/projects", ["name": "Secret"]).decode(ProjectView.self)
                    #expect(try await outsider.get("/api/projects/\(project.id)").status == 404)
                    #expect(try await outsider.get("/api/projects/\(project.id)/tasks").status == 404)
                    #expect(try await outsider.post("/api/projects/\(project.id)/tasks", ["title": "x"]).status == 404)
                    #expect(try await outsider.get("/api/projects").decode(Page<ProjectView>.self).total == 0)
                    // The insider's token on the other tenant's host.
                    let token = try #require(insider.fields["authorization"])
                    let stray = globex.client.with(["authorization": token])
                    #expect(try await stray.get("/api/projects").status == 401)
                    #expect(try await stray.get("/api/projects")["www-authenticate"] == "Bearer")
                    #expect(try databases.inShard("SELECT count(*) FROM tasks") == ["0"])
                }
            }
        }

        @Test("With the cookie, only pages of the host itself may change something")
        func origin() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let login = try await tenant.client.post(
                        "/api/auth/login",
                        LoginRequest(email: tenant.email, password: SampleTenant.password)
                    )
                    let client = tenant.client.with([
                        "cookie": try #require(login.cookie), "host": "acme.hub.test:8080",
                    ])
                    #expect(try await client.get("/api/projects").status == 200)
                    for origin in [
                        "http://globex.hub.test:8080", "null", "http://acme.hub.test", "https://evil.example",
                    ] {
                        let answer = try await client.with(["origin": origin]).post("/api/projects", ["name": "x"])
                        #expect(answer.status == 403, "\(origin)")
                    }
                    #expect(try await client.post("/api/projects", ["name": "x"]).status == 403)
                    let own = try await client.with(["origin": "http://acme.hub.test:8080"]).post(
                        "/api/projects",
                        ["name": "x"]
                    )
                    #expect(own.status == 201)
                    #expect(try databases.inShard("SELECT count(*) FROM projects") == ["1"])
                }
            }
        }

        @Test("Every answer carries the request's id and the headers that make browsers careful")
        func fields() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    for path in ["/", "/api/projects", "/api/nothing"] {
                        let answer = try await tenant.client.with([HubHeader.requestID: "req-1.A_b"]).get(path)
                        #expect(answer["x-request-id"] == "req-1.A_b")
                        #expect(answer["content-security-policy"]?.contains("default-src 'none'") == true)
                        #expect(answer["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
                        #expect(answer["x-content-type-options"] == "nosniff")
                        #expect(answer["cache-control"] == "no-store")
                    }
                    let odd = try await tenant.client.with([HubHeader.requestID: "a b\""]).get("/health")
                    #expect(odd["x-request-id"]?.count == 36)
                }
            }
        }
    }
}
