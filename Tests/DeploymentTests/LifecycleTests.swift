import AppFixtures
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

extension DeploymentTests {
    @Suite("The life of a workspace")
    struct Lifecycle {
        @Test("From sign-up to a task assigned, an audit export, another name, an operator's visit, and the end")
        func life() async throws {
            let deployment = try Deployment.shared
            let apex = HubClient(nil, of: deployment)
            let signUp = try await apex.post(
                "/api/auth/register-tenant",
                [
                    "tenantName": "Hooli", "subdomain": "hooli", "region": "eu", "adminEmail": "gavin@hooli.example",
                    "adminPassword": "Nucleus#2016", "adminFullName": "Gavin Belson",
                ]
            )
            #expect(signUp.status == 201, "\(signUp.text)")
            let id = try #require((try signUp.object["tenant"] as? [String: any Sendable])?["id"] as? String)
            let stranger = HubClient("hooli", of: deployment)
            try await eventually(within: .seconds(5), "the router knows it") {
                try await stranger.get("/health").status == 200
            }
            let gavin = try await stranger.signedIn("gavin@hooli.example", "Nucleus#2016")
            let other = try await gavin.post(
                "/api/users",
                ["email": "jared@hooli.example", "password": "Pied#Piper1", "fullName": "Jared", "role": "user"]
            )
            #expect(other.status == 201, "\(other.text)")
            let jared = try await stranger.signedIn("jared@hooli.example", "Pied#Piper1")

            let (project, task) = try await gavin.following { events in
                #expect(try await events.next(containing: "event: ready").contains("\"resumed\":false"))
                let project = try await jared.post("/api/projects", ["name": "Nucleus"]).id
                let task = try await jared.createTask(in: project).id
                #expect(try await events.next(containing: "CREATE_TASK").contains(task))
                return (project, task)
            }
            let assigned = try await jared.put("/api/tasks/\(task)", ["assignedTo": try other.id])
            #expect(assigned.status == 200, "\(assigned.text)")
            let mine = try await jared.get("/api/tasks?assignedTo=me").items
            #expect(mine.map { $0["id"] as? String } == [task])
            let export = try await gavin.get("/api/audit-logs", accept: "text/csv")
            #expect(export.status == 200 && export.text.contains("CREATE_TASK") && export.text.contains("127.0.0.1"))

            // Another name: nobody is logged out, and old links lead on.
            let admin = try await apex.signedIn("superadmin@system.com", "Admin@123")
            let renamed = try await admin.put("/api/tenants/\(id)", ["subdomain": "hooli-xyz", "maxUsers": 3])
            #expect(renamed.status == 200, "\(renamed.text)")
            let moved = HubClient("hooli-xyz", of: deployment, token: jared.token)
            try await eventually(within: .seconds(5), "the new name is served") {
                try await moved.get("/api/projects/\(project)").status == 200
            }
            let old = try await jared.get("/api/projects?limit=5")
            #expect(old.status == 308)
            #expect(old.headers.first(name: "location") == "http://\(moved.host)/api/projects?limit=5")
            let taken = try await apex.post(
                "/api/auth/register-tenant",
                [
                    "tenantName": "Squatter", "subdomain": "hooli", "region": "us", "adminEmail": "a@b.example",
                    "adminPassword": "Squatter#1", "adminFullName": "S",
                ]
            )
            #expect(taken.status == 409)

            // An operator's visit shows on every record.
            let visit = try await admin.post("/api/tenants/\(id)/impersonate", ["reason": "Help with Nucleus"])
            let link = try #require(try visit.object["url"] as? String)
            #expect(link.hasPrefix("http://\(moved.host)/impersonate?ticket="))
            let ticket = try #require(link.split(separator: "=").last.map(String.init))
            let session = try await moved.post("/api/auth/impersonation", ["ticket": ticket])
            #expect(session.status == 200, "\(session.text)")
            let operatorToken = try session.object["token"] as? String
            let acting = HubClient("hooli-xyz", of: deployment, token: operatorToken)
            #expect(try await acting.put("/api/tasks/\(task)", ["status": "completed"]).status == 200)
            let trail = try await acting.get("/api/audit-logs?action=UPDATE_TASK&limit=1").text
            #expect(trail.contains("\"impersonatedBy\":{\"email\":\"superadmin@system.com\""))

            // The end.
            #expect(try await admin.send(.DELETE, "/api/tenants/\(id)").status == 400)
            let erased = try await admin.send(.DELETE, "/api/tenants/\(id)?confirm=hooli-xyz")
            #expect(erased.status == 200, "\(erased.text)")
            #expect((try erased.object["removed"] as? [String: any Sendable])?["tasks"] as? Int == 1)
            for name in ["hooli", "hooli-xyz"] {
                try await eventually(within: .seconds(5), "\(name) is gone") {
                    try await HubClient(name, of: deployment, token: jared.token).get("/api/projects").status == 404
                }
            }
        }
    }
}

extension HubClient {
    func put(_ path: String, _ body: [String: any Sendable]) async throws -> Answer {
        try await send(.PUT, path, body: JSONSerialization.data(withJSONObject: body))
    }

    /// Lends the workspace's event stream.
    fileprivate func following<Result>(_ body: (inout EventText) async throws -> Result) async throws -> Result {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/events")
        request.headers.replaceOrAdd(name: "host", value: host)
        if let token { request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)") }
        let response = try await HubClient.http.execute(request, timeout: .seconds(30))
        try #require(response.status == .ok)
        var events = EventText(chunks: response.body.makeAsyncIterator())
        return try await body(&events)
    }
}

/// The text of an event stream as it comes.
private struct EventText {
    var chunks: HTTPClientResponse.Body.AsyncIterator
    private var text = ""

    init(chunks: HTTPClientResponse.Body.AsyncIterator) {
        self.chunks = chunks
    }

    /// The next event with this in it.
    mutating func next(containing part: String) async throws -> String {
        while true {
            while let end = text.firstRange(of: "\n\n") {
                let event = String(text[..<end.lowerBound])
                text.removeSubrange(..<end.upperBound)
                if event.contains(part) { return event }
            }
            let chunk = try #require(try await chunks.next(), "the stream ended before \(part)")
            text += String(buffer: chunk)
        }
    }
}

extension HubClient.Answer {
    fileprivate var id: String {
        get throws { try #require(try object["id"] as? String, "an object, not \(text.prefix(200))") }
    }
}
