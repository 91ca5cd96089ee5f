import AppFixtures
import HubModel
import HubWire
import Testing

extension BackendAppTests {
    /// The founding document's "Cascade Delete Behavior", as people meet it.
    @Suite("Deleting")
    struct DeletionTests {
        /// Bob's project with a task of his, in the tenant of an administrator.
        private struct Work {
            let bob: UserID
            let bobsClient: WebClient
            let project: ProjectID
            let task: TaskID

            init(_ tenant: SampleTenant, _ admin: WebClient) async throws {
                (bob, bobsClient) = try await tenant.member("bob", by: admin)
                project = try await bobsClient.post("/api/projects", ["name": "Bob's"]).decode(ProjectView.self).id
                task = try await bobsClient.post(
                    "/api/projects/\(project)/tasks",
                    ["title": "For Bob", "assignedTo": "\(bob)"]
                ).decode(TaskView.self).id
            }
        }

        @Test("Scenario 1: a tenant takes all of its own along, and nothing of its neighbour")
        func tenant() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let admin = try await acme.signedIn()
                    _ = try await Work(acme, admin)
                    let globex = try await SampleTenant.create("globex", on: backend)
                    let neighbour = try await globex.signedIn()
                    let work = try await Work(globex, neighbour)

                    let path = "\(InternalPath.tenants)/\(acme.id)"
                    #expect(try await acme.client.delete(path).status == 403, "no router may, only hub-control")
                    let erased = try await backend.control(acme.id).delete(path)
                    let removed = try erased.decode(InternalTenantErased.self).removed
                    let rows = [removed["users"], removed["projects"], removed["tasks"], removed["audit_logs"]]
                    #expect(rows == [2, 1, 1, 7], "two creations of the tenant's, two logins and three of people's")
                    for table in removed.keys {
                        let column = table == "tenants" ? "id" : "tenantId"
                        let left = try databases.inShard("SELECT count(*) FROM \(table) WHERE \(column) = '\(acme.id)'")
                        #expect(left == ["0"], "\(table)")
                    }
                    #expect(try await admin.get("/api/projects").status == 421, "it is served no more")
                    #expect(try await neighbour.get("/api/tasks/\(work.task)").status == 200)
                    #expect(try await neighbour.get("/api/audit-logs").decode(Page<AuditLogView>.self).total == 7)
                }
            }
        }

        @Test("Scenario 2: a project takes its tasks along, and neither its creator nor its history")
        func project() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let work = try await Work(tenant, admin)
                #expect(try await admin.delete("/api/projects/\(work.project)").status == 204)
                #expect(try await admin.get("/api/tasks/\(work.task)").status == 404)
                #expect(try await work.bobsClient.get("/api/auth/me").status == 200)
                let usage = try await admin.get("/api/tenants/\(tenant.id)").decode(TenantView.self).usage
                #expect(usage == TenantUsage(users: 2, projects: 0, tasks: 0))
                let trail = try await admin.get("/api/audit-logs?entityId=\(work.project)")
                    .decode(Page<AuditLogView>.self)
                #expect(trail.items.map(\.action) == ["DELETE_PROJECT", "CREATE_PROJECT"])
                let task = try await admin.get("/api/audit-logs?entityId=\(work.task)").decode(Page<AuditLogView>.self)
                #expect(task.items.map(\.action) == ["CREATE_TASK"])
            }
        }

        @Test("Scenario 3: a project's creator can be deleted; projects, tasks and history stay, of nobody")
        func user() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let work = try await Work(tenant, admin)
                let before = try await admin.get("/api/audit-logs?userId=\(work.bob)").decode(Page<AuditLogView>.self)
                #expect(before.items.map(\.action) == ["CREATE_TASK", "CREATE_PROJECT", "LOGIN"])
                #expect(try await admin.delete("/api/users/\(work.bob)").status == 204)

                let project = try await admin.get("/api/projects/\(work.project)")
                #expect(try project.decode(ProjectView.self).createdBy == nil)
                #expect(project.text.contains("\"createdBy\":null"), "told, not left out")
                let task = try await admin.get("/api/tasks/\(work.task)")
                #expect(try task.decode(TaskView.self).assignedTo == nil)
                #expect(task.text.contains("\"assignedTo\":null"))
                #expect(try await admin.put("/api/projects/\(work.project)", ["name": "Ours"]).status == 200)

                let after = try await admin.get("/api/audit-logs?limit=100").decode(Page<AuditLogView>.self)
                for entry in before.items {
                    let kept = try #require(after.items.first { $0.id == entry.id })
                    #expect(kept.user == nil)
                    #expect(
                        (kept.action, kept.entityId, kept.timestamp) == (entry.action, entry.entityId, entry.timestamp)
                    )
                    #expect(kept.changes == entry.changes && kept.ipAddress == entry.ipAddress)
                }
                let none = try await admin.get("/api/audit-logs?userId=\(work.bob)").decode(Page<AuditLogView>.self)
                #expect(none.total == 0)
                let deletion = try #require(after.items.first { $0.action == "DELETE_USER" })
                #expect(deletion.user?.fullName == "Ada Admin" && deletion.entityId?.uuid == work.bob.uuid)
            }
        }
    }
}
