import AppFixtures
import BackendApp
import FoundationEssentials
import HubModel
import HubWire
import Testing
import Topology

extension BackendAppTests {
    @Suite("Projects and tasks")
    struct ProjectTests {
        @Test("Projects are created, listed newest first, filtered, counted and read back")
        func projects() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn()
                    let first = try await client.post("/api/projects", ["name": "Alpha", "description": "The first"])
                    #expect(first.status == 201)
                    let alpha = try first.decode(ProjectView.self)
                    #expect(first["location"] == "/api/projects/\(alpha.id)")
                    #expect(alpha.status == .notStarted)
                    #expect(alpha.createdBy?.fullName == "Ada Admin")
                    let second = try await client.post("/api/projects", ["name": "Beta <b>", "status": "completed"])
                    let beta = try second.decode(ProjectView.self)

                    let list = try await client.get("/api/projects").decode(Page<ProjectView>.self)
                    #expect(list.items.map(\.id) == [beta.id, alpha.id])
                    #expect(list.total == 2)
                    #expect(list.limit == 10 && list.offset == 0)

                    func names(_ query: String) async throws -> [String] {
                        try await client.get("/api/projects?\(query)").decode(Page<ProjectView>.self).items.map(\.name)
                    }
                    #expect(try await names("status=completed") == ["Beta <b>"])
                    #expect(try await names("search=ALPHA") == ["Alpha"])
                    #expect(try await names("search=beta+%3Cb") == ["Beta <b>"])
                    #expect(try await names("createdBy=\(UserID.make(at: alpha.createdAt))") == [])
                    #expect(try await names("createdBy=\(try #require(alpha.createdBy).id)").count == 2)
                    let part = try await client.get("/api/projects?status=completed&limit=1&offset=1")
                    #expect(part["link"] == "</api/projects?status=completed&limit=1&offset=0>; rel=\"prev\"")

                    let one = try await client.get("/api/projects/\(alpha.id)")
                    #expect(try one.decode(ProjectView.self) == alpha)
                    let tag = try #require(one["etag"])
                    let same = try await client.with(["if-none-match": tag]).get("/api/projects/\(alpha.id)")
                    #expect(same.status == 304 && same.body.isEmpty && same["etag"] == tag)
                    #expect(
                        try await client.with(["if-none-match": "\"x\""]).get("/api/projects/\(alpha.id)").status == 200
                    )
                }
            }
        }

        @Test("Tasks are created in a project, listed with filters, and counted there")
        func tasks() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn()
                    let me = try await client.get("/api/auth/me").decode(MeAnswer.self).user
                    let project = try await client.post("/api/projects", ["name": "Alpha"]).decode(ProjectView.self)
                    let path = "/api/projects/\(project.id)/tasks"
                    let created = try await client.post(
                        path,
                        [
                            "title": "Invite", "priority": "high", "assignedTo": "\(me.id)",
                            "dueDate": "2030-01-02T03:04:05+01:00",
                        ]
                    )
                    #expect(created.status == 201, "\(created.text)")
                    let invite = try created.decode(TaskView.self)
                    #expect(invite.projectId == project.id)
                    #expect(invite.dueDate == Timestamp("2030-01-02T02:04:05Z"))
                    #expect(invite.assignedTo?.id == me.id)
                    #expect(created["location"] == "/api/tasks/\(invite.id)")
                    #expect(try await client.post(path, ["title": "Done", "status": "completed"]).status == 201)

                    func titles(_ query: String) async throws -> [String] {
                        try await client.get("\(path)?\(query)").decode(Page<TaskView>.self).items.map(\.title)
                    }
                    #expect(try await titles("") == ["Done", "Invite"])
                    #expect(try await titles("assignedTo=none") == ["Done"])
                    #expect(try await titles("assignedTo=\(me.id)") == ["Invite"])
                    #expect(try await titles("priority=high") == ["Invite"])
                    #expect(try await titles("status=completed&search=do") == ["Done"])
                    let counted = try await client.get("/api/projects/\(project.id)").decode(ProjectView.self)
                    #expect(counted.taskCount == 2 && counted.completedTaskCount == 1)

                    let stranger = try await client.post(
                        path,
                        ["title": "x", "assignedTo": "\(UserID.make(at: me.createdAt))"]
                    )
                    #expect(stranger.status == 400)
                    #expect(try stranger.wrongFields == ["assignedTo"])
                    let missing = ProjectID.make(at: me.createdAt)
                    #expect(try await client.get("/api/projects/\(missing)/tasks").status == 404)
                    #expect(try await client.post("/api/projects/\(missing)/tasks", ["title": "x"]).status == 404)
                    #expect(try await client.get("/api/projects/not-an-id").status == 404)
                }
            }
        }

        @Test("The limit of projects is told with how much of it is used")
        func limit() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                    for number in 1...3 {
                        #expect(try await client.post("/api/projects", ["name": "\(number)"]).status == 201)
                    }
                    let refused = try await client.post("/api/projects", ["name": "4"])
                    #expect(refused.status == 403)
                    #expect(try refused.problem.limit == 3)
                    #expect(try refused.problem.used == 3)
                }
            }
        }

        @Test(
            "The trail of a change is written with it: who, what, and the address the router saw, whatever the client claims"
        )
        func audit() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let client = try await tenant.signedIn().with([
                        "x-forwarded-for": "198.51.100.1", "forwarded": "for=198.51.100.1",
                    ])
                    let project = try await client.post("/api/projects", ["name": "Alpha"]).decode(ProjectView.self)
                    _ = try await client.post("/api/projects/\(project.id)/tasks", ["title": "Invite"])
                    let rows = try databases.inShard(
                        """
                        SELECT a.action, a.entityType, u.email, a.ipAddress, coalesce(a.changes->'after'->>'name', a.changes->'after'->>'title')
                        FROM audit_logs a JOIN users u ON u.id = a.userId
                        WHERE a.action IN ('CREATE_PROJECT', 'CREATE_TASK') ORDER BY a.id
                        """
                    )
                    #expect(
                        rows == [
                            "CREATE_PROJECT|project|admin@acme.com|203.0.113.7|Alpha",
                            "CREATE_TASK|task|admin@acme.com|203.0.113.7|Invite",
                        ]
                    )
                    // A change that the database refuses leaves no trail either.
                    _ = try await client.post(
                        "/api/projects/\(project.id)/tasks",
                        ["title": "x", "assignedTo": "\(UserID.make(at: project.createdAt))"]
                    )
                    #expect(
                        try databases.inShard("SELECT count(*) FROM audit_logs WHERE action = 'CREATE_TASK'") == ["1"]
                    )
                }
            }
        }

        @Test("Bad input is answered with every field that is wrong, and where")
        func badInput() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases, change: { $0.limits.requestBodyBytes = 2048 }) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                    let project = try await client.post("/api/projects", ["name": "Alpha"]).decode(ProjectView.self)
                    let path = "/api/projects/\(project.id)/tasks"
                    let many = try await client.post(
                        path,
                        ["title": "", "priority": "urgent", "dueDate": "tomorrow", "assignedTo": "me", "colour": "red"]
                    )
                    #expect(many.status == 400)
                    #expect(many["content-type"] == "application/problem+json")
                    #expect(try many.wrongFields == ["assignedTo", "colour", "dueDate", "priority", "title"])
                    let broken = try await client.send("POST", path, body: Array("{\"title\": ".utf8))
                    #expect(broken.status == 400)
                    #expect(try broken.wrongFields == ["body"])
                    let list = try await client.get("/api/projects?status=done&createdBy=me&limit=0&offset=-1")
                    #expect(list.status == 400)
                    #expect(try list.wrongFields == ["createdBy", "limit", "offset", "status"])
                    let text = try await client.with(["content-type": "text/plain"]).send(
                        "POST",
                        path,
                        body: Array("{}".utf8)
                    )
                    #expect(text.status == 415)
                    let long = try await client.post(path, ["title": String(repeating: "x", count: 4000)])
                    #expect(long.status == 413)
                    #expect(try await client.get("/api/nothing").status == 404)
                    #expect(try await client.get("/api/nothing")["content-type"] == "application/problem+json")
                }
            }
        }
    }
}
