import AppFixtures
import FoundationEssentials
import HubModel
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("Users")
    struct UserTests {
        @Test("Administrators add, find, rename, promote and remove people; others may read, and rename themselves")
        func people() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let everybody = try await bob.client.get("/api/users").decode(Page<UserView>.self)
                #expect(everybody.items.map(\.fullName) == ["Bob", "Ada Admin"])
                #expect(!(try await bob.client.get("/api/users").text.contains("passwordHash")))
                #expect(try await bob.client.get("/api/users?role=tenant_admin").decode(Page<UserView>.self).total == 1)
                #expect(try await bob.client.get("/api/users?search=BOB").decode(Page<UserView>.self).total == 1)
                #expect(try await bob.client.get("/api/users/\(bob.id)").decode(UserView.self).fullName == "Bob")

                #expect(try await bob.client.put("/api/users/\(bob.id)", ["fullName": "Bobby"]).status == 200)
                let ada = try #require(everybody.items.last).id
                #expect(try await bob.client.put("/api/users/\(ada)", ["fullName": "Mine"]).status == 403)
                #expect(try await bob.client.put("/api/users/\(bob.id)", ["role": "tenant_admin"]).status == 403)
                #expect(try await bob.client.delete("/api/users/\(ada)").status == 403)
                let request = ["email": "x@example.com", "password": "12345678", "fullName": "X"]
                #expect(try await bob.client.post("/api/users", request).status == 403)

                let promoted = try await admin.put("/api/users/\(bob.id)", ["role": "tenant_admin"])
                #expect(try promoted.decode(UserView.self).role == .tenantAdmin)
                #expect(try await admin.put("/api/users/\(bob.id)", ["role": "super_admin"]).status == 400)
                #expect(try await bob.client.post("/api/users", request).status == 201, "the new role counts at once")
                #expect(try await bob.client.post("/api/users", request).status == 409)
            }
        }

        @Test("Nobody removes their own account or the last administrator, and whoever is removed is out at once")
        func removal() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let ada = try await admin.get("/api/auth/me").decode(MeAnswer.self).user.id
                #expect(try await admin.delete("/api/users/\(ada)").status == 403)
                #expect(try await admin.put("/api/users/\(ada)", ["role": "user"]).status == 409)
                let bob = try await tenant.member("bob", by: admin)
                let project = try await bob.client.post("/api/projects", ["name": "Bob's"]).decode(ProjectView.self)
                let task = try await admin.post(
                    "/api/projects/\(project.id)/tasks",
                    ["title": "For Bob", "assignedTo": "\(bob.id)"]
                ).decode(TaskView.self)
                #expect(task.assignedTo?.fullName == "Bob")

                #expect(try await admin.delete("/api/users/\(bob.id)").status == 204)
                #expect(try await bob.client.get("/api/projects").status == 401)
                #expect(try await admin.get("/api/users/\(bob.id)").status == 404)
                #expect(try await admin.get("/api/projects/\(project.id)").decode(ProjectView.self).createdBy == nil)
                #expect(try await admin.get("/api/tasks/\(task.id)").decode(TaskView.self).assignedTo == nil)
                let trail = try await admin.get("/api/audit-logs?entityId=\(project.id)").decode(
                    Page<AuditLogView>.self
                )
                #expect(trail.items.map(\.action) == ["CREATE_PROJECT"])
                #expect(trail.items.first?.user == nil, "history stays, of nobody")
            }
        }

        @Test("A new password ends every other session; the wrong present one changes nothing")
        func password() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let elsewhere = try await tenant.signedIn("bob@example.com")
                func change(_ current: String, _ new: String) async throws -> Int {
                    try await bob.client.put(
                        "/api/auth/password",
                        ["currentPassword": current, "newPassword": new]
                    ).status
                }
                #expect(try await change("wrong", "Correct#Horse1") == 400)
                #expect(try await change(SampleTenant.password, "short") == 400)
                #expect(try await elsewhere.get("/api/auth/me").status == 200)
                #expect(try await change(SampleTenant.password, "Correct#Horse1") == 204)
                #expect(try await elsewhere.get("/api/auth/me").status == 401)
                #expect(try await bob.client.get("/api/auth/me").status == 200)
                _ = try await tenant.signedIn("bob@example.com", password: "Correct#Horse1")
                let trail = try await admin.get("/api/audit-logs?action=UPDATE_USER").text
                #expect(trail.contains("\"password\":\"changed\"") && !trail.contains("Correct#Horse1"))
            }
        }

        @Test("The limit of users holds under parallel creation: never one too many, never one too few")
        func limit() async throws {
            try await RunningBackend.withTenant { _, admin in
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            try await admin.post(
                                "/api/users",
                                ["email": "u\(number)@example.com", "password": "12345678", "fullName": "U"]
                            ).status
                        }
                    }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(statuses.filter { $0 == 201 }.count == 4, "five, of which the administrator is one")
                #expect(statuses.filter { $0 == 403 }.count == 16, "\(statuses)")
            }
        }

        @Test("The tenant's own people read it; its administrators rename it, and nothing else")
        func tenant() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let view = try await bob.client.get("/api/tenants/\(tenant.id)").decode(TenantView.self)
                #expect(view.usage.users == 2)
                #expect(try await bob.client.put("/api/tenants/\(tenant.id)", ["name": "Bob's"]).status == 403)
                let other = TenantID.make(at: .now())
                #expect(try await admin.get("/api/tenants/\(other)").status == 404)
                #expect(try await admin.put("/api/tenants/\(other)", ["name": "Other"]).status == 404)
                #expect(try await admin.put("/api/tenants/\(tenant.id)", json: #"{"maxUsers": 99}"#).status == 400)
                let renamed = try await admin.put("/api/tenants/\(tenant.id)", ["name": "Acme & Sons"])
                #expect(try renamed.decode(TenantView.self).name == "Acme & Sons")
                #expect(try await admin.get("/api/audit-logs?action=UPDATE_TENANT").text.contains("Acme & Sons"))
            }
        }
    }
}
