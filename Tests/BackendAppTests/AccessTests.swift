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
        /// One row of the contract that needs somebody to be signed in.
        struct Endpoint: Sendable, CustomTestStringConvertible {
            let method: String
            let path: String
            let body: String?

            init(_ method: String, _ path: String, _ body: String? = nil) {
                self.method = method
                self.path = path
                self.body = body
            }

            var testDescription: String { "\(method) \(path)" }

            func send(as client: WebClient, _ objects: [String: String]) async throws -> WebAnswer {
                let path = objects.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
                return try await client.send(method, path, body: body.map { Array($0.utf8) })
            }
        }

        static let endpoints: [Endpoint] = [
            Endpoint("GET", "/api/auth/me"), Endpoint("POST", "/api/auth/logout", "{}"),
            Endpoint("PUT", "/api/auth/password", #"{"currentPassword": "Demo@123", "newPassword": "Changed#123"}"#),
            Endpoint("GET", "/api/tenants/{tenant}"), Endpoint("PUT", "/api/tenants/{tenant}", #"{"name": "Taken"}"#),
            Endpoint("GET", "/api/users"),
            Endpoint("POST", "/api/users", #"{"email": "x@example.com", "password": "12345678", "fullName": "X"}"#),
            Endpoint("GET", "/api/users/{user}"), Endpoint("PUT", "/api/users/{user}", #"{"fullName": "Taken"}"#),
            Endpoint("DELETE", "/api/users/{user}"), Endpoint("GET", "/api/projects"),
            Endpoint("POST", "/api/projects", #"{"name": "Taken"}"#), Endpoint("GET", "/api/projects/{project}"),
            Endpoint("PUT", "/api/projects/{project}", #"{"name": "Taken"}"#),
            Endpoint("DELETE", "/api/projects/{project}"), Endpoint("GET", "/api/projects/{project}/tasks"),
            Endpoint("POST", "/api/projects/{project}/tasks", #"{"title": "Taken"}"#), Endpoint("GET", "/api/tasks"),
            Endpoint("GET", "/api/tasks/{task}"), Endpoint("PUT", "/api/tasks/{task}", #"{"title": "Taken"}"#),
            Endpoint("PATCH", "/api/tasks/{task}/status", #"{"status": "completed"}"#),
            Endpoint("DELETE", "/api/tasks/{task}"), Endpoint("GET", "/api/audit-logs"),
        ]

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
                    for endpoint in AccessTests.endpoints {
                        for (name, client) in strangers {
                            let answer = try await endpoint.send(as: client, objects)
                            #expect(answer.status == 401, "\(endpoint.testDescription) as \(name): \(answer.text)")
                            #expect(answer["www-authenticate"] == "Bearer")
                        }
                    }
                    #expect(try databases.inShard(AccessTests.everything) == before)
                }
            }
        }

        @Test("An ordinary person gets 403 where the contract says so, and nothing is done")
        func ordinary() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let admin = try await acme.signedIn()
                    let objects = try await AccessTests.objects(acme, admin)
                    let bob = try await acme.member("bob", by: admin).client
                    let allowed: Set = [
                        "GET /api/auth/me", "GET /api/tenants/{tenant}", "GET /api/users", "GET /api/users/{user}",
                        "GET /api/projects", "GET /api/projects/{project}", "GET /api/projects/{project}/tasks",
                        "GET /api/tasks", "GET /api/tasks/{task}",
                    ]
                    // These succeed and change something, which other tests look at.
                    let changing: Set = [
                        "POST /api/auth/logout", "PUT /api/auth/password", "POST /api/projects",
                        "POST /api/projects/{project}/tasks", "PUT /api/tasks/{task}",
                        "PATCH /api/tasks/{task}/status",
                    ]
                    let before = try databases.inShard(AccessTests.everything)
                    for endpoint in AccessTests.endpoints where !changing.contains(endpoint.testDescription) {
                        let answer = try await endpoint.send(as: bob, objects)
                        let expected = allowed.contains(endpoint.testDescription) ? 200 : 403
                        #expect(answer.status == expected, "\(endpoint.testDescription): \(answer.text)")
                    }
                    #expect(try databases.inShard(AccessTests.everything) == before)
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
            return ["tenant": "\(tenant.id)", "project": "\(project)", "task": "\(task)", "user": "\(user)"]
        }
    }
}
