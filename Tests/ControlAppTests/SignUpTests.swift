import AppFixtures
import ControlApp
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import Testing
import Throttling

extension ControlAppTests {
    @Suite("Signing up")
    struct SignUpTests {
        static let request = [
            "tenantName": "Initrode", "subdomain": "initrode", "region": "us", "adminEmail": "Peter@Initrode.com",
            "adminPassword": "Stapler#1999", "adminFullName": "Peter Gibbons",
        ]

        @Test("A new organisation is in the directory and on its shard, and its administrator can sign in")
        func register() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let answer = try await control.stranger.post("/api/auth/register-tenant", SignUpTests.request)
                        #expect(answer.status == 201, "\(answer.text)")
                        let made = try answer.decode(RegisterTenantAnswer.self)
                        #expect(made.url == "http://initrode.hub.test:8080")
                        #expect(answer["location"] == made.url)
                        #expect(made.tenant.maxProjects == 3 && made.tenant.maxUsers == 5)
                        let tenant = backend.router(made.tenant.id)
                        let login = try await tenant.post(
                            "/api/auth/login",
                            LoginRequest(email: "peter@initrode.com", password: "Stapler#1999")
                        )
                        #expect(login.status == 200)
                        #expect(try login.decode(LoginAnswer.self).user.id == made.user.id)
                        #expect(
                            try databases.inDirectory("SELECT subdomain, shard, epoch, state FROM tenants")
                                == ["initrode|us-1|1|active"]
                        )
                        #expect(
                            try databases.inDirectory(
                                "SELECT action, ipAddress FROM audit_logs WHERE action = 'CREATE_TENANT'"
                            )
                                == ["CREATE_TENANT|127.0.0.1"]
                        )
                    }
                }
            }
        }

        @Test("A sign-up that is sent again under its key is made once, and answered alike; another request is refused")
        func idempotency() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let client = control.stranger.with(["idempotency-key": "k1"])
                        let first = try await client.post("/api/auth/register-tenant", SignUpTests.request)
                        #expect(first.status == 201)
                        let again = try await client.post("/api/auth/register-tenant", SignUpTests.request)
                        #expect(again.status == 201 && again.text == first.text)
                        #expect(again["idempotent-replayed"] == "true" && again["location"] == first["location"])
                        let other = SignUpTests.request.merging(["subdomain": "globex"]) { $1 }
                        #expect(try await client.post("/api/auth/register-tenant", other).status == 409)
                        // The key is the person's: a super admin's is another one.
                        let admin = try await control.operatorClient().with(["idempotency-key": "k1"])
                        let made = try await admin.post("/api/tenants", other)
                        #expect(made.status == 201)
                        #expect(try await admin.post("/api/tenants", other).text == made.text)
                        // A refusal is not kept.
                        let retry = control.stranger.with(["idempotency-key": "k2"])
                        _ = try databases.inDirectory("UPDATE shards SET state = 'closed'")
                        let third = SignUpTests.request.merging(["subdomain": "third"]) { $1 }
                        #expect(try await retry.post("/api/auth/register-tenant", third).status == 503)
                        _ = try databases.inDirectory("UPDATE shards SET state = 'open'")
                        let outcomes = try await withThrowingTaskGroup(of: Int.self) { group in
                            for _ in 0..<5 {
                                group.addTask { try await retry.post("/api/auth/register-tenant", third).status }
                            }
                            return try await group.reduce(into: []) { $0.append($1) }
                        }
                        #expect(outcomes.allSatisfy { $0 == 201 || $0 == 409 } && outcomes.contains(201))
                        #expect(try databases.inDirectory("SELECT count(*) FROM tenants") == ["3"])
                    }
                }
            }
        }

        @Test("Every bad field is named; taken and reserved names are a conflict; an unknown region is named")
        func refusals() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let bad = try await control.stranger.post(
                            "/api/auth/register-tenant",
                            [
                                "tenantName": "", "subdomain": "-x", "region": "US", "adminEmail": "x",
                                "adminPassword": "short",
                            ]
                        )
                        #expect(bad.status == 400)
                        #expect(
                            try bad.wrongFields == [
                                "adminEmail", "adminFullName", "adminPassword", "region", "subdomain", "tenantName",
                            ]
                        )
                        func register(_ changes: [String: String]) async throws -> WebAnswer {
                            try await control.stranger.post(
                                "/api/auth/register-tenant",
                                SignUpTests.request.merging(changes) { $1 }
                            )
                        }
                        #expect(try await register(["region": "mars"]).wrongFields == ["region"])
                        #expect(try await register(["subdomain": "admin"]).wrongFields == ["subdomain"])
                        _ = try databases.inDirectory("INSERT INTO reserved_subdomains (subdomain) VALUES ('given-up')")
                        #expect(try await register(["subdomain": "given-up"]).status == 409)
                        #expect(try await register([:]).status == 201)
                        #expect(try await register(["adminEmail": "other@initrode.com"]).status == 409)
                        #expect(try databases.inShard("SELECT count(*) FROM tenants") == ["1"])
                    }
                }
            }
        }

        @Test("One of two backends is dead: signing up works; both are: 503, and the name is free again at once")
        func failover() async throws {
            try await HubDatabases.with { databases in
                let dead = try freePort()
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [dead, backend.port]) { control in
                        for number in 1...4 {
                            let answer = try await control.stranger.post(
                                "/api/auth/register-tenant",
                                SignUpTests.request.merging(["subdomain": "initrode-\(number)"]) { $1 }
                            )
                            #expect(answer.status == 201, "\(answer.text)")
                        }
                    }
                }
            }
            try await HubDatabases.with { databases in
                try await RunningControl.with(databases, backends: [dead(), dead()]) { control in
                    for _ in 1...2 {
                        let answer = try await control.stranger.post("/api/auth/register-tenant", SignUpTests.request)
                        #expect(answer.status == 503)
                        #expect(answer["retry-after"] == "5")
                    }
                    #expect(try databases.inDirectory("SELECT count(*) FROM tenants") == ["0"])
                }
            }
        }

        @Test(
            "Control that dies after the shard's part leaves nothing: the janitor erases the tenant and frees the name"
        )
        func crashBetweenSteps() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    // What a control process that died had done: begun in the directory, created on the shard, not finished.
                    let tenant = TenantID.make(at: .now())
                    try await RunningControl.with(databases, backends: [backend.port]) { _ in }
                    _ = try databases.inDirectory(
                        """
                        INSERT INTO registrations (id, tenantId, subdomain, tenantName, shard, leaseUntil)
                        VALUES (gen_random_uuid(), '\(tenant)', 'initrode', 'Initrode', 'us-1', now() + interval '1 hour')
                        """
                    )
                    let creation = InternalTenantCreation(
                        tenantId: tenant,
                        subdomain: try #require(Subdomain("initrode")),
                        name: "Initrode",
                        maxUsers: 5,
                        maxProjects: 3,
                        epoch: .first,
                        admin: InternalAdmin(
                            id: .make(at: .now()),
                            email: try #require(EmailAddress("peter@initrode.com")),
                            fullName: "Peter",
                            passwordHash: "$2b$04$abcdefghijklmnopqrstuuJ4xZ0cR8kPz1mZ1mZ1mZ1mZ1mZ1mZ1m"
                        ),
                        clientAddress: nil
                    )
                    #expect(try await backend.control(tenant).post(InternalPath.tenants, creation).status == 201)
                    #expect(
                        try await backend.control(tenant).post(InternalPath.tenants, creation).status == 200,
                        "repeatable"
                    )
                    try await RunningControl.with(databases, backends: [backend.port], isPrepared: true) { control in
                        let early = try await control.stranger.post("/api/auth/register-tenant", SignUpTests.request)
                        #expect(early.status == 409, "the name is held while the sign-up may still be under way")
                        _ = try databases.inDirectory(
                            "UPDATE registrations SET leaseUntil = now() - interval '1 second'"
                        )
                        try await waitFor("the janitor to undo the registration") {
                            try databases.inDirectory("SELECT state FROM registrations") == ["undone"]
                        }
                        #expect(try databases.inShard("SELECT count(*) FROM tenants") == ["0"])
                        #expect(try databases.inShard("SELECT count(*) FROM tenant_ownership") == ["0"])
                        #expect(try databases.inShard("SELECT count(*) FROM users") == ["0"])
                        let again = try await control.stranger.post("/api/auth/register-tenant", SignUpTests.request)
                        #expect(again.status == 201, "\(again.text)")
                    }
                }
            }
        }

        @Test("A creation that comes after its time is refused, so that none can follow the janitor")
        func lateCreation() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = TenantID.make(at: .now())
                    let signer = RequestSigner(key: RunningBackend.signingKey)
                    let late = backend.control(tenant).with([
                        HubHeader.signature: signer.sign(
                            tenant: tenant,
                            epoch: .first,
                            scope: .control,
                            expiry: .now() + .seconds(-6)
                        )
                    ])
                    let answer = try await late.post(InternalPath.tenants, SignUpTests.request)
                    #expect(answer.status == 403)
                }
            }
        }

        @Test("Sign-ups of one address are limited, with the time to wait")
        func throttle() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(
                        databases,
                        backends: [backend.port],
                        change: { $0.signUpAllowance = .init(quota: 2, window: .seconds(200)) }
                    ) { control in
                        for number in 1...3 {
                            let answer = try await control.stranger.post(
                                "/api/auth/register-tenant",
                                SignUpTests.request.merging(["subdomain": "initrode-\(number)"]) { $1 }
                            )
                            #expect(answer.status == (number < 3 ? 201 : 429))
                            if number == 3 { #expect((Int(answer["retry-after"] ?? "") ?? 0) > 90) }
                        }
                    }
                }
            }
        }

        @Test("Anyone learns whether a name is free, and why not, but not without limit")
        func names() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(
                        databases,
                        backends: [backend.port],
                        change: { $0.nameCheckAllowance = .init(quota: 6, window: .seconds(200)) }
                    ) { control in
                        func view(_ name: String) async throws -> SubdomainView {
                            try await control.stranger.get("/api/subdomains/\(name)").decode(SubdomainView.self)
                        }
                        let free = try await view("initrode")
                        #expect(free.isAvailable && free.reason == nil && free.url == "http://initrode.hub.test:8080")
                        let made = try await control.stranger.post("/api/auth/register-tenant", SignUpTests.request)
                        try #require(made.status == 201, "\(made.text)")
                        let taken = try await view("initrode")
                        #expect(!taken.isAvailable && taken.url == nil && taken.reason?.contains("taken") == true)
                        let admin = try await view("admin")
                        #expect(!admin.isAvailable && admin.reason?.contains("reserved") == true)
                        let short = try await view("X")
                        #expect(!short.isAvailable && short.reason?.contains("3–50") == true)
                        let id = try made.decode(RegisterTenantAnswer.self).tenant.id
                        let gone = try await control.operatorClient().delete("/api/tenants/\(id)?confirm=initrode")
                        try #require(gone.status == 200, "\(gone.text)")
                        let former = try await view("initrode")
                        #expect(!former.isAvailable && former.reason?.contains("reserved") == true)
                        #expect(try await view("initech").isAvailable)
                        let answer = try await control.stranger.get("/api/subdomains/initech")
                        #expect(answer.status == 429 && answer["retry-after"] != nil)
                    }
                }
            }
        }

        @Test("The start page signs an organisation up without any script, and says what is wrong beside the field")
        func form() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let page = try await control.stranger.get("/")
                        #expect(page.status == 200)
                        #expect(page.text.contains("<option value=\"us\">United States</option>"))
                        let wrong = try await control.stranger.submit(
                            "/sign-up",
                            SignUpTests.request.merging(["subdomain": "no", "tenantName": "<Initrode>"]) { $1 }
                        )
                        #expect(wrong.status == 400)
                        #expect(wrong.text.contains("id=\"subdomain-wrong\""))
                        #expect(wrong.text.contains("value=\"&lt;Initrode&gt;\""))
                        #expect(!wrong.text.contains("Stapler"), "a password is never sent back")
                        let made = try await control.stranger.submit("/sign-up", SignUpTests.request)
                        #expect(made.status == 201)
                        #expect(made.text.contains("href=\"http://initrode.hub.test:8080\""))
                        let cross = try await control.stranger.with(["origin": "http://evil.example"]).send(
                            "POST",
                            "/sign-up"
                        )
                        #expect(cross.status == 403)
                    }
                }
            }
        }

        private func dead() throws -> Int { try freePort() }
    }
}
