import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import Testing

extension ControlAppTests {
    @Suite("Changing and erasing tenants")
    struct TenantAdministrationTests {
        /// Lends a hub with the tenant `initrode`, whose administrator is signed in.
        private func withTenant(_ body: @Sendable (Hub) async throws -> Void) async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let client = try await control.operatorClient()
                        let answer = try await client.post("/api/tenants", SignUpTests.request)
                        try #require(answer.status == 201, "\(answer.text)")
                        let made = try answer.decode(RegisterTenantAnswer.self)
                        let people = backend.router(made.tenant.id)
                        let login = LoginRequest(email: "peter@initrode.com", password: "Stapler#1999")
                        let token = try await people.post("/api/auth/login", login).decode(LoginAnswer.self).token
                        try await body(
                            Hub(
                                databases: databases,
                                client: client,
                                tenant: made.tenant.id,
                                admin: made.user.id,
                                stranger: people,
                                people: people.bearing(token)
                            )
                        )
                    }
                }
            }
        }

        private struct Hub {
            let databases: HubDatabases
            let client: WebClient
            let tenant: TenantID
            let admin: UserID
            let stranger: WebClient
            let people: WebClient

            var path: String { "/api/tenants/\(tenant)" }
        }

        @Test("Name, limits and subdomain change in the directory and on the shard, each with its audit rows")
        func change() async throws {
            try await withTenant { hub in
                let before = try await hub.client.get(hub.path)
                let view = try before.decode(DirectoryTenantView.self)
                #expect(view.settings?.maxUsers == 5 && view.settings?.usage.users == 1)
                let answer = try await hub.client.put(
                    hub.path,
                    json: #"{"name": "Initech", "maxUsers": 7, "maxProjects": 9, "subdomain": "initech-us"}"#
                )
                #expect(answer.status == 200, "\(answer.text)")
                let after = try answer.decode(DirectoryTenantView.self)
                #expect(
                    after.name == "Initech" && after.subdomain.rawValue == "initech-us" && after.epoch == view.epoch
                )
                #expect(after.settings?.maxUsers == 7 && after.settings?.maxProjects == 9)
                #expect(after.settings?.name == "Initech")
                // Nobody was logged out, and the old name is kept for it.
                let me = try await hub.people.get("/api/auth/me").decode(MeAnswer.self)
                #expect(me.tenant?.name == "Initech" && me.tenant?.subdomain.rawValue == "initech-us")
                #expect(
                    try hub.databases.inDirectory("SELECT subdomain, tenantId FROM reserved_subdomains")
                        == ["initrode|\(hub.tenant)"]
                )
                let taken = try await hub.client.post("/api/tenants", SignUpTests.request)
                #expect(taken.status == 409)
                #expect(
                    try hub.databases.inShard(
                        """
                        SELECT changes->'before'->>'name', changes->'after'->>'name', changes->'after'->>'maxUsers',
                               changes->'impersonatedBy'->>'email', userId IS NULL
                        FROM audit_logs WHERE action = 'UPDATE_TENANT'
                        """
                    ) == ["Initrode|Initech|7|superadmin@system.com|t"]
                )
                let trail = try await hub.client.get("/api/audit-logs?action=UPDATE_TENANT&tenantId=\(hub.tenant)")
                    .decode(Page<DirectoryAuditLogView>.self)
                #expect(trail.total == 1 && trail.items[0].user?.fullName == "Super Admin")
                // And back again: the name is still its own.
                #expect(try await hub.client.put(hub.path, ["subdomain": "initrode"]).status == 200)
                #expect(
                    try hub.databases.inDirectory("SELECT subdomain FROM reserved_subdomains") == ["initech-us"]
                )
                let stale = hub.client.with(["if-match": before["etag"] ?? ""])
                #expect(try await stale.put(hub.path, ["name": "Lost"]).status == 412)
            }
        }

        @Test("What a tenant's administrators call it is what operators find it by")
        func ownName() async throws {
            try await withTenant { hub in
                #expect(try await hub.people.put("/api/tenants/\(hub.tenant)", ["name": "Penetrode"]).status == 200)
                let found = try await hub.client.get("/api/tenants?search=penetrode")
                #expect(try found.decode(Page<DirectoryTenantView>.self).items.map(\.name) == ["Penetrode"])
                // One that the directory has missed is noted when somebody looks at the tenant.
                _ = try hub.databases.inDirectory("UPDATE tenants SET name = 'Missed'")
                _ = try await hub.client.get(hub.path)
                #expect(try hub.databases.inDirectory("SELECT name FROM tenants") == ["Penetrode"])
            }
        }

        @Test("A name that another tenant has, had or is about to get is refused, and nothing changes")
        func names() async throws {
            try await withTenant { hub in
                let other = SignUpTests.request.merging(["subdomain": "globex"]) { $1 }
                #expect(try await hub.client.post("/api/tenants", other).status == 201)
                _ = try hub.databases.inDirectory("INSERT INTO reserved_subdomains (subdomain) VALUES ('given-up')")
                _ = try hub.databases.inDirectory(
                    """
                    INSERT INTO registrations (id, tenantId, subdomain, tenantName, shard, leaseUntil)
                    VALUES (gen_random_uuid(), gen_random_uuid(), 'signing-up', 'X', 'us-1', now() + interval '1 hour')
                    """
                )
                for name in ["globex", "given-up", "signing-up"] {
                    #expect(try await hub.client.put(hub.path, ["subdomain": name]).status == 409, "\(name)")
                }
                #expect(try await hub.client.put(hub.path, ["subdomain": "admin"]).wrongFields == ["subdomain"])
                #expect(try await hub.client.put(hub.path, json: #"{"maxUsers": 0}"#).wrongFields == ["maxUsers"])
                #expect(try hub.databases.inDirectory("SELECT count(*) FROM tenant_changes") == ["0"])
            }
        }

        @Test("A change whose control process died half-way is finished by the next, wherever it died")
        func crash() async throws {
            try await withTenant { hub in
                let insert = """
                    INSERT INTO tenant_changes (id, tenantId, kind, subdomain, name, maxUsers, leaseUntil)
                    VALUES (gen_random_uuid(), '\(hub.tenant)', 'settings', 'renamed', 'Renamed', 8,
                            now() - interval '1 second')
                    """
                // Dead before the shard was told; then after: the second run finds it done there.
                for _ in 0..<2 {
                    _ = try hub.databases.inDirectory(insert)
                    try await waitFor("the change to be finished") {
                        try hub.databases.inDirectory("SELECT count(*) FROM tenant_changes WHERE state <> 'finished'")
                            == ["0"]
                    }
                }
                let tenant = try await hub.client.get(hub.path).decode(DirectoryTenantView.self)
                #expect(tenant.name == "Renamed" && tenant.subdomain.rawValue == "renamed")
                #expect(tenant.settings?.maxUsers == 8 && tenant.settings?.subdomain.rawValue == "renamed")
            }
        }

        @Test("While the shard cannot be asked nothing changes, and the wanted name is free again")
        func shardDown() async throws {
            try await withTenant { hub in
                _ = try hub.databases.inDirectory("UPDATE backends SET port = 1")
                let answer = try await hub.client.put(hub.path, ["subdomain": "renamed"])
                #expect(answer.status == 503 && answer["retry-after"] != nil)
                #expect(try hub.databases.inDirectory("SELECT state FROM tenant_changes") == ["undone"])
                #expect(try hub.databases.inDirectory("SELECT subdomain FROM tenants") == ["initrode"])
                // The rest of the tenant is still told.
                let view = try await hub.client.get(hub.path).decode(DirectoryTenantView.self)
                #expect(view.settings == nil && view.state == .active)
            }
        }

        @Test("An erasure wants the name, removes everything everywhere, proves it, and keeps the name reserved")
        func erasure() async throws {
            try await withTenant { hub in
                let project = try await hub.people.post("/api/projects", ["name": "P"]).decode(ProjectView.self)
                #expect(
                    try await hub.people.post("/api/projects/\(project.id)/tasks", ["title": "T"]).status == 201
                )
                for query in ["", "?confirm=globex", "?confirm=INITRODE"] {
                    #expect(try await hub.client.delete(hub.path + query).wrongFields == ["confirm"])
                }
                let answer = try await hub.client.delete(hub.path + "?confirm=initrode")
                #expect(answer.status == 200, "\(answer.text)")
                let proof = try answer.decode(TenantErasureView.self)
                #expect(proof.removed["tasks"] == 1 && proof.removed["users"] == 1 && proof.removed["tenants"] == 1)
                #expect(try hub.databases.inDirectory("SELECT count(*) FROM tenants") == ["0"])
                for table in ["tenants", "users", "projects", "tasks", "audit_logs", "sessions", "events"] {
                    #expect(try hub.databases.inShard("SELECT count(*) FROM \(table)") == ["0"], "\(table)")
                }
                #expect(
                    try hub.databases.inDirectory("SELECT count(*) FROM registrations WHERE tenantName <> ''") == ["0"]
                )
                #expect(try await hub.client.delete(hub.path + "?confirm=initrode").status == 404)
                #expect(try await hub.client.post("/api/tenants", SignUpTests.request).status == 409)
                let trail = try await hub.client.get("/api/audit-logs?action=DELETE_TENANT")
                    .decode(Page<DirectoryAuditLogView>.self)
                #expect(trail.items.first?.tenantId == hub.tenant)
                #expect(
                    try hub.databases.inDirectory(
                        """
                        SELECT changes->'before'->'removed'->>'tasks' FROM audit_logs WHERE action = 'DELETE_TENANT'
                        """
                    ) == ["1"]
                )
            }
        }

        @Test("An erasure that the shard does not confirm closes the tenant, and is finished with the same proof")
        func erasureInterrupted() async throws {
            try await withTenant { hub in
                let port = try hub.databases.inDirectory("SELECT port FROM backends")[0]
                _ = try hub.databases.inDirectory("UPDATE backends SET port = 1")
                #expect(try await hub.client.delete(hub.path + "?confirm=initrode").status == 503)
                #expect(try hub.databases.inDirectory("SELECT state FROM tenants") == ["deleting"])
                #expect(try await hub.client.put(hub.path, ["state": "active"]).status == 409)
                #expect(try await hub.client.put(hub.path, ["name": "X"]).status == 409)
                _ = try hub.databases.inDirectory("UPDATE backends SET port = \(port)")
                // As after a crash between the shard's commit and the directory's.
                let erasure = try hub.databases.inDirectory("SELECT id FROM tenant_changes")[0]
                let removed = try await hub.stranger.internalErasure(of: hub.tenant, as: erasure)
                #expect(removed["users"] == 1)
                _ = try hub.databases.inDirectory("UPDATE tenant_changes SET leaseUntil = now()")
                try await waitFor("the erasure to be finished") {
                    try hub.databases.inDirectory("SELECT count(*) FROM tenants") == ["0"]
                }
                #expect(
                    try hub.databases.inDirectory(
                        """
                        SELECT changes->'before'->'removed'->>'users' FROM audit_logs WHERE action = 'DELETE_TENANT'
                        """
                    ) == ["1"]
                )
            }
        }

        @Test("A super admin acts as a user through a link for one use, and every record shows who is behind it")
        func impersonation() async throws {
            try await withTenant { hub in
                #expect(try await hub.client.post(hub.path + "/impersonate", [String: String]()).status == 400)
                let answer = try await hub.client.post(hub.path + "/impersonate", ["reason": "Ticket 4711"])
                #expect(answer.status == 201, "\(answer.text)")
                let link = try answer.decode(ImpersonateAnswer.self)
                #expect(link.user.id == hub.admin)
                #expect(link.url.hasPrefix("http://initrode.hub.test:8080/impersonate?ticket="))
                let ticket = try #require(link.url.split(separator: "=").last.map(String.init))
                // Looking at the page uses nothing up.
                let page = try await hub.stranger.get("/impersonate?ticket=\(ticket)")
                #expect(page.status == 200 && page.text.contains(ticket))
                #expect(try await hub.stranger.post("/api/auth/impersonation", ["ticket": ticket + "x"]).status == 401)
                let login = try await hub.stranger.post("/api/auth/impersonation", ["ticket": ticket])
                #expect(login.status == 200, "\(login.text)")
                let again = try await hub.stranger.post("/api/auth/impersonation", ["ticket": ticket])
                #expect(again.status == 401)
                #expect(again["www-authenticate"] == "Bearer")
                let acting = hub.stranger.bearing(try login.decode(LoginAnswer.self).token)
                let me = try await acting.get("/api/auth/me").decode(MeAnswer.self)
                #expect(me.user.id == hub.admin && me.impersonatedBy?.email.rawValue == "superadmin@system.com")
                #expect(try await acting.get("/").text.contains("superadmin@system.com acts as"))
                #expect(try await acting.post("/api/projects", ["name": "By support"]).status == 201)
                #expect(try await acting.send("POST", "/api/auth/logout").status == 204)
                #expect(
                    try hub.databases.inShard(
                        """
                        SELECT action, changes->'impersonatedBy'->>'email', changes->'after'->>'reason' FROM audit_logs
                        WHERE timestamp > (SELECT max(timestamp) FROM audit_logs WHERE action = 'CREATE_USER')
                        ORDER BY timestamp, id
                        """
                    ) == [
                        "LOGIN||", "IMPERSONATE||Ticket 4711", "LOGIN|superadmin@system.com|",
                        "CREATE_PROJECT|superadmin@system.com|", "LOGOUT|superadmin@system.com|",
                    ]
                )
                #expect(
                    try hub.databases.inDirectory(
                        "SELECT changes->'after'->>'reason' FROM audit_logs WHERE action = 'IMPERSONATE'"
                    ) == ["Ticket 4711"]
                )
                let nobody = UserID.make(at: .now())
                let wrong = try await hub.client.post(
                    hub.path + "/impersonate",
                    ["reason": "x", "userId": "\(nobody)"]
                )
                #expect(try wrong.wrongFields == ["userId"])
                let late = try await hub.client.post(hub.path + "/impersonate", ["reason": "Late"])
                    .decode(ImpersonateAnswer.self)
                _ = try hub.databases.inShard(
                    "UPDATE impersonations SET createdAt = now() - interval '2 minutes', expiresAt = now()"
                )
                let expired = try #require(late.url.split(separator: "=").last.map(String.init))
                #expect(try await hub.stranger.post("/api/auth/impersonation", ["ticket": expired]).status == 401)
            }
        }

        @Test("A shard is closed and opened, and takes new tenants accordingly")
        func shards() async throws {
            try await withTenant { hub in
                let closed = try await hub.client.put("/api/shards/us-1", ["state": "closed"])
                #expect(try closed.decode(ShardView.self).state == .closed)
                let other = SignUpTests.request.merging(["subdomain": "globex"]) { $1 }
                #expect(try await hub.client.post("/api/tenants", other).status == 503)
                let chosen = other.merging(["shard": "us-1"]) { $1 }
                #expect(try await hub.client.post("/api/tenants", chosen).status == 409)
                let unknown = try await hub.client.post("/api/tenants", other.merging(["shard": "us-9"]) { $1 })
                #expect(try unknown.wrongFields == ["shard"])
                #expect(try await hub.client.put("/api/shards/us-1", ["state": "ajar"]).wrongFields == ["state"])
                #expect(try await hub.client.put("/api/shards/us-9", ["state": "open"]).status == 404)
                #expect(try await hub.client.put("/api/shards/us-1", ["state": "open"]).status == 200)
                #expect(try await hub.client.post("/api/tenants", other).status == 201)
                let trail = try await hub.client.get("/api/audit-logs?entityType=shard&limit=1")
                #expect(try trail.decode(Page<DirectoryAuditLogView>.self).total == 2)
                #expect(trail["link"]?.contains("rel=\"next\"") == true)
                #expect(try await hub.client.get("/api/audit-logs?action=NAP").wrongFields == ["action"])
            }
        }
    }
}

extension WebClient {
    /// Erases the tenant from its shard as hub-control does, without the directory.
    fileprivate func internalErasure(of tenant: TenantID, as erasure: String) async throws -> [String: Int] {
        let control = RunningBackend.control(port: port, tenant)
        let answer = try await control.delete("\(InternalPath.tenant(tenant))?erasure=\(erasure)")
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.decode(InternalTenantErased.self).removed
    }
}
