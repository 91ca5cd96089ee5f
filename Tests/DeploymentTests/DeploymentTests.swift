import AppFixtures
import Foundation
import NIOHTTP1
import Testing

/// The whole system as its users meet it: real processes, brought up by `compose/up`.
@Suite("A local deployment", .serialized, .deployed { try $0.useOwnTopology() })
struct DeploymentTests {}

extension DeploymentTests {
    @Suite("People")
    struct People {
        @Test("A tenant's host answers /health through the router")
        func health() async throws {
            for subdomain in ["demo", "globex", "initech"] {
                #expect(try await HubClient(subdomain, of: .shared).get("/health").status == 200)
            }
        }

        @Test(
            "People of three regions sign in, list, create and read back their projects",
            arguments: ["demo", "globex", "initech"]
        )
        func projects(subdomain: String) async throws {
            let client = try await Deployment.shared.administrator(of: subdomain)
            let me = try await client.get("/api/auth/me").object
            let tenant = try #require(me["tenant"] as? [String: any Sendable])
            #expect(tenant["subdomain"] as? String == subdomain)
            #expect(tenant["region"] as? String == ["demo": "us", "globex": "eu", "initech": "apac"][subdomain])

            let before = try #require(try await client.get("/api/projects").object["total"] as? Int)
            let created = try await client.post("/api/projects", ["name": "Launch of \(subdomain)"])
            try #require(created.status == 201, "\(created.status) \(created.text)")
            let id = try #require(try created.object["id"] as? String)
            #expect(try await client.get("/api/projects/\(id)").object["name"] as? String == "Launch of \(subdomain)")
            let after = try await client.get("/api/projects")
            #expect(try after.object["total"] as? Int == before + 1)
            #expect(try after.items.first?["id"] as? String == id, "newest first")

            let task = try await client.post(
                "/api/projects/\(id)/tasks",
                ["title": "Write the invitation", "priority": "high"]
            )
            #expect(task.status == 201, "\(task.text)")
            #expect(try await client.get("/api/projects/\(id)/tasks").items.count == 1)
        }

        @Test("A project of one tenant is 404 on another tenant's host, with a valid token of its own")
        func isolation() async throws {
            let demo = try await Deployment.shared.administrator(of: "demo")
            let globex = try await Deployment.shared.administrator(of: "globex")
            let id = try #require(try await demo.post("/api/projects", ["name": "Secret"]).object["id"] as? String)
            #expect(try await demo.get("/api/projects/\(id)").status == 200)
            #expect(try await globex.get("/api/projects/\(id)").status == 404)
            #expect(try await globex.get("/api/projects/\(id)/tasks").status == 404)
        }

        @Test("A token is worth nothing on another tenant's host")
        func foreignToken() async throws {
            let demo = try await Deployment.shared.administrator(of: "demo")
            let globex = HubClient("globex", of: try .shared, token: demo.token)
            #expect(try await globex.get("/api/projects").status == 401)
        }

        @Test("Headers that only a router may write do not get through it")
        func spoofing() async throws {
            let demo = try await Deployment.shared.administrator(of: "demo")
            let answer = try await demo.send(
                .GET,
                "/api/auth/me",
                headers: [("hub-tenant", "00000000-0000-0000-0000-000000000000"), ("hub-epoch", "99")]
            )
            #expect(answer.status == 200)
        }

        @Test("A backend refuses what did not pass a router")
        func direct() async throws {
            let deployment = try Deployment.shared
            let token = try await deployment.administrator(of: "demo").token
            let direct = HubClient("demo", port: deployment.port + 2, token: token)
            #expect(try await direct.get("/api/projects").status == 403)
        }

        @Test("An unknown name is told so on a page, and to a script as a problem document")
        func unknownTenant() async throws {
            let nobody = HubClient("nobody-here", of: try .shared)
            let page = try await nobody.get("/", accept: "text/html")
            #expect(page.status == 404)
            #expect(page.headers.first(name: "content-type")?.hasPrefix("text/html") == true)
            #expect(page.text.contains("There is no workspace here"))
            let problem = try await nobody.get("/api/projects")
            #expect(problem.status == 404)
            #expect(problem.headers.first(name: "content-type")?.hasPrefix("application/problem+json") == true)
        }

        @Test("A new organisation signs up in a region of its choice and works at once")
        func signUp() async throws {
            let apex = HubClient(nil, of: try .shared)
            let answer = try await apex.post(
                "/api/auth/register-tenant",
                [
                    "tenantName": "Initrode", "subdomain": "initrode", "region": "eu",
                    "adminEmail": "peter@initrode.com", "adminPassword": "Stapler#1999",
                    "adminFullName": "Peter Gibbons",
                ]
            )
            try #require(answer.status == 201, "\(answer.status) \(answer.text)")
            // The router learns of it within moments; until then it says 404.
            let tenant = HubClient("initrode", of: try .shared)
            try await eventually(within: .seconds(5), "the router knows the new tenant") {
                try await tenant.get("/health").status == 200
            }
            let admin = try await tenant.signedIn("peter@initrode.com", "Stapler#1999")
            let me = try await admin.get("/api/auth/me").object
            #expect((me["tenant"] as? [String: any Sendable])?["region"] as? String == "eu")
            for index in 1...3 {
                #expect(try await admin.post("/api/projects", ["name": "Project \(index)"]).status == 201)
            }
            let fourth = try await admin.post("/api/projects", ["name": "One too many"])
            #expect(fourth.status == 403)
            #expect(try fourth.object["limit"] as? Int == 3)
            #expect(try fourth.object["used"] as? Int == 3)

            let again = try await apex.post(
                "/api/auth/register-tenant",
                [
                    "tenantName": "Other", "subdomain": "initrode", "region": "us",
                    "adminEmail": "a@b.example", "adminPassword": "Stapler#1999", "adminFullName": "Other",
                ]
            )
            #expect(again.status == 409)
        }
    }
}
