import AppFixtures
import FoundationEssentials
import HubModel
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("Changes of projects and tasks")
    struct ChangeTests {
        @Test("A project is changed by its creator and by administrators, field by field, and null clears")
        func project() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let eve = try await tenant.member("eve", by: admin)
                let created = try await bob.client.post("/api/projects", ["name": "Alpha", "description": "First"])
                let path = "/api/projects/\(try created.decode(ProjectView.self).id)"
                #expect(try await eve.client.put(path, ["name": "Mine"]).status == 403)
                #expect(try await eve.client.delete(path).status == 403)

                let changed = try await bob.client.put(path, ["status": "in-progress"]).decode(ProjectView.self)
                #expect(changed.name == "Alpha" && changed.description == "First" && changed.status == .inProgress)
                #expect(changed.updatedAt > changed.createdAt)
                let cleared = try await admin.put(path, json: #"{"description": null, "name": "Beta"}"#)
                #expect(try cleared.decode(ProjectView.self).description == nil)
                #expect(try await admin.put(path, json: #"{"name": null}"#).status == 400)
                #expect(try await admin.put(path, json: #"{"nmae": "x"}"#).status == 400)
                #expect(try await admin.put("/api/projects/no-id", ["name": "x"]).status == 404)

                let trail = try await admin.get("/api/audit-logs?action=UPDATE_PROJECT").decode(Page<AuditLogView>.self)
                #expect(trail.total == 2)
                #expect(
                    trail.items.first?.changes
                        == .object([
                            "before": .object([
                                "name": .string("Alpha"), "description": .string("First"),
                                "status": .string("in-progress"),
                            ]),
                            "after": .object(["name": .string("Beta"), "status": .string("in-progress")]),
                        ])
                )
                // Without a difference there is nothing to record.
                #expect(try await admin.put(path, ["name": "Beta"]).status == 200)
                #expect(
                    try await admin.get("/api/audit-logs?action=UPDATE_PROJECT").decode(Page<AuditLogView>.self).total
                        == 2
                )
                #expect(try await bob.client.delete(path).status == 204)
                #expect(try await bob.client.get(path).status == 404)
                #expect(try await bob.client.delete(path).status == 404)
            }
        }

        @Test("Of two who change what both have read, the second is told what it is now: 412")
        func lostUpdate() async throws {
            try await RunningBackend.withTenant { _, admin in
                let created = try await admin.post("/api/projects", ["name": "Alpha"])
                let path = "/api/projects/\(try created.decode(ProjectView.self).id)"
                let tag = try #require(created["etag"])
                let first = try await admin.with(["if-match": tag]).put(path, ["name": "Beta"])
                #expect(first.status == 200)
                let second = try await admin.with(["if-match": tag]).put(path, ["name": "Gamma"])
                #expect(second.status == 412)
                guard case .object(let current)? = try second.decode(Problem.self).current else {
                    Issue.record("the current project, not \(second.text)")
                    return
                }
                #expect(current["name"] == .string("Beta"))
                #expect(
                    try await admin.with(["if-match": "W/\(try #require(first["etag"]))"]).delete(path).status == 412
                )
                #expect(
                    try await admin.with(["if-match": "\"x\", \(try #require(first["etag"]))"]).delete(path).status
                        == 204
                )
            }
        }

        @Test("Tasks are changed by anybody of the tenant and removed by administrators and the project's creator")
        func task() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let eve = try await tenant.member("eve", by: admin)
                let project = try await bob.client.post("/api/projects", ["name": "Alpha"]).decode(ProjectView.self)
                let tasks = "/api/projects/\(project.id)/tasks"
                let created = try await bob.client.post(tasks, ["title": "One", "dueDate": "2020-01-01T00:00:00Z"])
                let path = "/api/tasks/\(try created.decode(TaskView.self).id)"

                let changed = try await eve.client.put(
                    path,
                    ["assignedTo": "\(eve.id)", "priority": "high", "description": "Now"]
                ).decode(TaskView.self)
                #expect(changed.assignedTo?.fullName == "Eve" && changed.priority == .high && changed.title == "One")
                let stranger = UserID.make(at: .now())
                let refused = try await eve.client.put(path, ["assignedTo": "\(stranger)"])
                #expect(refused.status == 400 && refused.text.contains("assignedTo"))

                func titles(_ client: WebClient, _ query: String) async throws -> [String] {
                    try await client.get("/api/tasks?\(query)").decode(Page<TaskView>.self).items.map(\.title)
                }
                _ = try await bob.client.post(tasks, ["title": "Two", "dueDate": "2019-01-01T00:00:00Z"])
                _ = try await bob.client.post(tasks, ["title": "Three"])
                #expect(try await titles(bob.client, "") == ["Two", "One", "Three"], "earliest due first")
                #expect(try await titles(eve.client, "assignedTo=me") == ["One"])
                #expect(try await titles(bob.client, "assignedTo=me") == [])
                #expect(try await titles(bob.client, "assignedTo=none&overdue=true") == ["Two"])
                #expect(try await titles(bob.client, "overdue=false") == ["Three"])
                #expect(try await titles(bob.client, "dueBefore=2019-06-01T00:00:00Z") == ["Two"])
                #expect(try await bob.client.get("/api/tasks?overdue=perhaps").status == 400)

                let done = try await eve.client.patch(path + "/status", ["status": "completed"])
                #expect(try done.decode(TaskView.self).status == .completed)
                #expect(try await titles(bob.client, "overdue=true") == ["Two"], "what is done is not overdue")
                #expect(try await eve.client.patch(path + "/status", ["status": "gone"]).status == 400)
                let emptied = try await eve.client.put(path, json: #"{"assignedTo": null, "dueDate": null}"#)
                #expect(try emptied.decode(TaskView.self).assignedTo == nil)
                #expect(try emptied.decode(TaskView.self).dueDate == nil)

                #expect(try await eve.client.delete(path).status == 403)
                #expect(try await bob.client.delete(path).status == 204)
                #expect(try await bob.client.get(path).status == 404)
                #expect(try await admin.delete("/api/projects/\(project.id)").status == 204)
                #expect(try await titles(bob.client, "") == [], "the tasks go with their project")
            }
        }

        @Test("Another tenant's objects are 404 for every method, and stay as they are")
        func isolation() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend).signedIn()
                    let globex = try await SampleTenant.create("globex", on: backend).signedIn()
                    let project = try await acme.post("/api/projects", ["name": "Secret"]).decode(ProjectView.self)
                    let task = try await acme.post("/api/projects/\(project.id)/tasks", ["title": "Secret"])
                        .decode(TaskView.self)
                    let ada = try await acme.get("/api/auth/me").decode(MeAnswer.self)
                    for path in ["/api/projects/\(project.id)", "/api/tasks/\(task.id)", "/api/users/\(ada.user.id)"] {
                        #expect(try await globex.get(path).status == 404, "GET \(path)")
                        #expect(try await globex.put(path, json: "{}").status == 404, "PUT \(path)")
                        #expect(try await globex.delete(path).status == 404, "DELETE \(path)")
                    }
                    #expect(
                        try await globex.patch("/api/tasks/\(task.id)/status", ["status": "completed"]).status == 404
                    )
                    let tenant = try #require(ada.tenant).id
                    #expect(try await globex.get("/api/tenants/\(tenant)").status == 404)
                    #expect(try await globex.get("/api/audit-logs?entityId=\(project.id)").text.contains("\"total\":0"))
                    #expect(try await acme.get("/api/tasks/\(task.id)").decode(TaskView.self) == task)
                }
            }
        }
    }
}
