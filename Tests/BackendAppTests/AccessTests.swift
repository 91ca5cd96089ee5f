import AppFixtures
import BackendApp
import Credentials
import HubModel
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("Access")
    struct AccessTests {
        @Test(
            "No token, an expired one, another tenant's, an ended session's, a deleted person's: 401 everywhere, and nothing is done"
        )
        func refused() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let admin = try await acme.signedIn()
                    let objects = try await AccessTests.objects(acme, admin)
                    let globex = try await SampleTenant.create("globex", on: backend).signedIn()
                    let authorization = try #require(globex.fields["authorization"])
                    let ended = try await acme.signedIn()
                    #expect(try await ended.post("/api/auth/logout", [String: String]()).status == 204)
                    let gone = try await acme.member("gone", role: .tenantAdmin, by: admin)
                    #expect(try await admin.delete("/api/users/\(gone.id)").status == 204)
                    let claims = try await AccessTests.expiredClaims(acme, admin, in: databases)
                    let signer = TokenSigner(keyPair: backend.configuration.tokenKey, issuer: RunningBackend.baseDomain)
                    let strangers = [
                        "expired": acme.client.bearing(try await signer.sign(claims)),
                        "nobody": acme.client, "nonsense": acme.client.bearing("no.such.token"),
                        "another tenant": acme.client.with(["authorization": authorization]), "ended": ended,
                        "deleted": gone.client,
                    ]
                    let before = try databases.inShard(AccessTests.everything)
                    for endpoint in TenantEndpoint.all {
                        for (name, client) in strangers {
                            let answer = try await endpoint.send(as: client, objects)
                            #expect(answer.status == 401, "\(endpoint) as \(name): \(answer.text)")
                            #expect(answer["www-authenticate"] == "Bearer")
                        }
                    }
                    #expect(try databases.inShard(AccessTests.everything) == before)
                }
            }
        }

        @Test(
            "In their own tenant people do what their role may, and nothing else is done",
            arguments: [UserRole.tenantAdmin, .user]
        )
        func ownTenant(role: UserRole) async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", maxUsers: 99, maxProjects: 99, on: backend)
                    let admin = try await acme.signedIn()
                    for (number, endpoint) in TenantEndpoint.all.enumerated() {
                        // Whom and what one endpoint ends, the next still needs.
                        let person = try await acme.member("person\(number)", role: role, by: admin).client
                        var objects = try await AccessTests.objects(acme, admin)
                        objects["user"] = "\(try await acme.member("target\(number)", by: admin).id)"
                        let before = try databases.inShard(AccessTests.everything)
                        let answer = try await endpoint.send(as: person, objects)
                        let expected = role == .tenantAdmin ? endpoint.administrator : endpoint.user
                        #expect(answer.status == expected, "\(endpoint): \(answer.text)")
                        if expected == 403 || endpoint.method == "GET" {
                            #expect(try databases.inShard(AccessTests.everything) == before, "\(endpoint)")
                        }
                    }
                }
            }
        }

        @Test(
            "What another tenant has is answered as what nobody has: 404, and nothing is done",
            arguments: [UserRole.tenantAdmin, .user]
        )
        func otherTenant(role: UserRole) async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let objects = try await AccessTests.objects(acme, try await acme.signedIn())
                    let globex = try await SampleTenant.create("globex", on: backend)
                    let person = try await globex.member("person", role: role, by: try await globex.signedIn()).client
                    let nobodys = objects.mapValues { _ in "\(TenantID.make(at: .now()))" }
                    let before = try databases.inShard(AccessTests.everything)
                    for endpoint in TenantEndpoint.all where endpoint.namesObject {
                        let answer = try await endpoint.send(as: person, objects)
                        // A role that may not is told so before anybody, or anything, is looked for.
                        let mayNot =
                            role == .user && endpoint.user == 403
                            && ["{user}", "{entry}"].contains(where: endpoint.path.contains)
                        #expect(answer.status == (mayNot ? 403 : 404), "\(endpoint): \(answer.text)")
                        let unknown = try await endpoint.send(as: person, nobodys)
                        #expect(answer.status == unknown.status && answer.text == unknown.text)
                    }
                    for parameter in ["createdBy", "assignedTo", "userId"] {
                        let path =
                            ["createdBy": "/api/projects", "assignedTo": "/api/tasks"][parameter] ?? "/api/audit-logs"
                        let answer = try await person.get("\(path)?\(parameter)=\(objects["user"] ?? "")")
                        if path == "/api/audit-logs", role == .user {
                            #expect(answer.status == 403)
                        } else {
                            #expect(answer.text.contains("\"total\":0"), "\(answer.text)")
                        }
                    }
                    #expect(try databases.inShard(AccessTests.everything) == before)

                    // A reference into another tenant is refused as one to nobody, and nothing comes of it.
                    let project = try await person.post("/api/projects", ["name": "Own"]).decode(ProjectView.self).id
                    let tasks = "/api/projects/\(project)/tasks"
                    let task = try await person.post(tasks, ["title": "Own"]).decode(TaskView.self).id
                    let withOwn = try databases.inShard(AccessTests.everything)
                    let wanted = ["title": "Other", "assignedTo": objects["user"] ?? ""]
                    for answer in [
                        try await person.post(tasks, wanted), try await person.put("/api/tasks/\(task)", wanted),
                    ] {
                        #expect(answer.status == 400, "\(answer.text)")
                        #expect(try answer.wrongFields == ["assignedTo"])
                    }
                    #expect(try databases.inShard(AccessTests.everything) == withOwn)
                }
            }
        }

        /// What people can see of all tenants.
        private static let everything = """
            SELECT 'tenant', id, name, '' FROM tenants
            UNION ALL SELECT 'user', id, fullName, passwordHash || role FROM users
            UNION ALL SELECT 'project', id, name, status FROM projects
            UNION ALL SELECT 'task', id, title, status FROM tasks ORDER BY 1, 2
            """

        /// The claims of a session that goes on, in a token that has run out.
        private static func expiredClaims(
            _ tenant: SampleTenant,
            _ admin: WebClient,
            in databases: HubDatabases
        ) async throws -> TokenClaims {
            let now = Timestamp.now()
            let sessions = try databases.inShard("SELECT id FROM sessions WHERE tenantId = '\(tenant.id)'")
            return TokenClaims(
                subject: try await admin.get("/api/auth/me").decode(MeAnswer.self).user.id,
                tenant: tenant.id,
                role: .tenantAdmin,
                session: try #require(sessions.first.flatMap { SessionID($0) }),
                audience: "\(tenant.id)",
                issuedAt: now + .seconds(-7200),
                expiresAt: now + .seconds(-3600)
            )
        }

        /// One object of each kind, none of them the ordinary people's own.
        private static func objects(_ tenant: SampleTenant, _ admin: WebClient) async throws -> [String: String] {
            let project = try await admin.post("/api/projects", ["name": "P"]).decode(ProjectView.self).id
            let task = try await admin.post("/api/projects/\(project)/tasks", ["title": "T"]).decode(TaskView.self).id
            let user = try await admin.get("/api/auth/me").decode(MeAnswer.self).user.id
            let session = try await admin.get("/api/auth/sessions").decode(Page<SessionView>.self).items[0].id
            return [
                "tenant": "\(tenant.id)", "project": "\(project)", "task": "\(task)", "user": "\(user)",
                "session": "\(session)",
            ]
        }
    }
}
