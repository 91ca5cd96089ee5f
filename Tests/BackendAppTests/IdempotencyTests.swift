import AppFixtures
import HubModel
import HubWire
import Testing

extension BackendAppTests {
    @Suite("Idempotency keys")
    struct IdempotencyTests {
        @Test("The same POST under the same key is done once and answered alike, also when sent ten times at once")
        func repeated() async throws {
            try await RunningBackend.withTenant { _, admin in
                let client = admin.with(["idempotency-key": "4d9b2c"])
                let answers = try await withThrowingTaskGroup(of: WebAnswer.self) { group in
                    for _ in 0..<10 {
                        group.addTask { try await client.post("/api/projects", ["name": "Once"]) }
                    }
                    return try await group.reduce(into: [WebAnswer]()) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.map(\.status))")
                #expect(Set(answers.map(\.text)).count == 1)
                #expect(Set(answers.map { $0["location"] }).count == 1)
                #expect(Set(answers.map { $0["etag"] }).count == 1)
                #expect(answers.filter { $0["idempotent-replayed"] == "true" }.count == 9)
                #expect(try await admin.get("/api/projects").decode(Page<ProjectView>.self).total == 1)
                #expect(
                    try await admin.get("/api/audit-logs?action=CREATE_PROJECT").decode(Page<AuditLogView>.self).total
                        == 1
                )
            }
        }

        @Test("Another request under a used key is refused, another person's key is another one, a refusal is not kept")
        func misused() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let client = admin.with(["idempotency-key": "k"])
                #expect(try await client.post("/api/projects", ["name": "A"]).status == 201)
                #expect(try await client.post("/api/projects", ["name": "B"]).status == 409)
                let own = bob.client.with(["idempotency-key": "k"])
                #expect(try await own.post("/api/projects", ["name": "A"]).status == 201)
                #expect(
                    try await admin.with(["idempotency-key": "a b"]).post("/api/projects", ["name": "C"]).status == 400
                )

                let third = try await admin.post("/api/projects", ["name": "C"]).decode(ProjectView.self)
                let full = admin.with(["idempotency-key": "later"])
                #expect(try await full.post("/api/projects", ["name": "D"]).status == 403, "three are the limit")
                #expect(try await admin.delete("/api/projects/\(third.id)").status == 204)
                #expect(try await full.post("/api/projects", ["name": "D"]).status == 201)
            }
        }

        @Test("People and tasks are made once as well")
        func others() async throws {
            try await RunningBackend.withTenant { _, admin in
                let project = try await admin.post("/api/projects", ["name": "A"]).decode(ProjectView.self)
                let client = admin.with(["idempotency-key": "same"])
                let person = ["email": "x@example.com", "password": "12345678", "fullName": "X"]
                let first = try await client.post("/api/users", person)
                #expect(first.status == 201)
                #expect(try await client.post("/api/users", person).text == first.text, "no conflict of emails")
                let other = admin.with(["idempotency-key": "other"])
                let path = "/api/projects/\(project.id)/tasks"
                let task = try await other.post(path, ["title": "T"])
                #expect(try await other.post(path, ["title": "T"]).text == task.text)
                #expect(try await admin.get(path).decode(Page<TaskView>.self).total == 1)
            }
        }
    }
}
