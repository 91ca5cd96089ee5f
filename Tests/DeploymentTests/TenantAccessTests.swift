import AppFixtures
import Foundation
import NIOHTTP1
import Testing

extension DeploymentTests {
    @Suite("Every endpoint through the router")
    struct TenantAccess {
        /// One object of each kind.
        private func objects(_ admin: HubClient) async throws -> [String: String] {
            let me = try await admin.get("/api/auth/me").object
            let projects = try await admin.get("/api/projects").items
            let project = try #require(projects.first?["id"] as? String)
            let task = try #require(try await admin.createTask(in: project).object["id"] as? String)
            let session = try #require(try await admin.get("/api/auth/sessions").items.first?["id"] as? String)
            return [
                "tenant": try #require((me["tenant"] as? [String: any Sendable])?["id"] as? String),
                "user": try #require((me["user"] as? [String: any Sendable])?["id"] as? String),
                "project": project, "task": task, "session": session,
            ]
        }

        /// What each endpoint answers, by its name.
        private func statuses(_ client: HubClient, _ objects: [String: String]) async throws -> [String: Int] {
            var statuses: [String: Int] = [:]
            for endpoint in TenantEndpoint.all {
                let answer = try await client.send(
                    HTTPMethod(rawValue: endpoint.method),
                    endpoint.path(objects),
                    body: endpoint.body.map { Data($0.utf8) }
                )
                statuses["\(endpoint)"] = answer.status
            }
            return statuses
        }

        @Test("A suspended tenant's people get 403 whatever they ask for, and find all as it was when it is resumed")
        func suspended() async throws {
            let deployment = try Deployment.shared
            let admin = try await deployment.administrator(of: "globex")
            let user = try await HubClient("globex", of: deployment).signedIn("user1@globex.com", "User@123")
            let objects = try await objects(admin)
            let paths = TenantEndpoint.all.filter { $0.method == "GET" && !$0.isStream }.map { $0.path(objects) }
            func state() async throws -> [String] {
                var state: [String] = []
                for path in paths { state.append(try await admin.get(path).text) }
                return state
            }
            let before = try await state()
            let suspended = try await deployment.hubctl("tenants", "suspend", "globex", "--yes")
            #expect(suspended.status == 0, "\(suspended.errors)")
            try await eventually(within: .seconds(5), "the router knows") {
                try await admin.get("/api/projects").status == 403
            }
            for client in [admin, user, HubClient("globex", of: deployment)] {
                let wrong = try await statuses(client, objects).filter { $0.value != 403 }
                #expect(wrong == [:])
            }
            let login = try await HubClient("globex", of: deployment).post(
                "/api/auth/login",
                ["email": "admin@globex.com", "password": "Demo@123"]
            )
            #expect(login.status == 403)
            let resumed = try await deployment.hubctl("tenants", "resume", "globex", "--yes")
            #expect(resumed.status == 0, "\(resumed.errors)")
            try await eventually(within: .seconds(5), "the tenant is served again") {
                try await user.get("/api/projects").status == 200
            }
            let after = try await state()
            #expect(after == before, "the sessions of before are good, and nothing was done meanwhile")
        }

        @Test("A token of another tenant is 401 on this tenant's host, for every endpoint")
        func foreignToken() async throws {
            let deployment = try Deployment.shared
            let objects = try await objects(try await deployment.administrator(of: "demo"))
            for (subdomain, email, password) in [
                ("globex", "admin@globex.com", "Demo@123"), ("initech", "user1@initech.com", "User@123"),
            ] {
                let token = try await HubClient(subdomain, of: deployment).signedIn(email, password).token
                let wrong = try await statuses(HubClient("demo", of: deployment, token: token), objects)
                    .filter { $0.value != 401 }
                #expect(wrong == [:])
            }
        }

        @Test("hubctl isolation check finds every shard isolated")
        func isolation() async throws {
            let result = try await Deployment.shared.hubctl("isolation", "check", "--yes", "--rate", "1000")
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            for shard in ["us-1", "eu-1", "apac-1"] { #expect(result.output.contains("\(shard)  ")) }
        }
    }
}
