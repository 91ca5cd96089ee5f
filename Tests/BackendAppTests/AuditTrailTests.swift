import AppFixtures
import FoundationEssentials
import HubModel
import HubWire
import Testing

extension BackendAppTests {
    @Suite("The audit trail")
    struct AuditTrailTests {
        @Test("Administrators alone read it, filtered by person, kind, object and time")
        func list() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                #expect(try await bob.client.get("/api/audit-logs").status == 403)
                let project = try await bob.client.post("/api/projects", ["name": "Alpha"]).decode(ProjectView.self)

                func actions(_ query: String) async throws -> [String] {
                    try await admin.get("/api/audit-logs?\(query)").decode(Page<AuditLogView>.self).items.map(\.action)
                }
                #expect(try await actions("userId=\(bob.id)") == ["CREATE_PROJECT", "LOGIN"])
                #expect(try await actions("entityType=project&entityId=\(project.id)") == ["CREATE_PROJECT"])
                #expect(try await actions("action=LOGIN&userId=\(bob.id)") == ["LOGIN"])
                #expect(try await actions("to=2020-01-01T00:00:00Z") == [])
                #expect(try await actions("from=2020-01-01T00:00:00Z&limit=1") == ["CREATE_PROJECT"])
                #expect(try await admin.get("/api/audit-logs?action=NONSENSE").status == 400)
                #expect(try await admin.get("/api/audit-logs?entityId=7").status == 400)
                let entry = try #require(
                    try await admin.get("/api/audit-logs?entityId=\(project.id)").decode(Page<AuditLogView>.self).items
                        .first
                )
                #expect(entry.user?.fullName == "Bob")
                #expect(entry.entityId?.uuid == project.id.uuid)
                #expect(entry.ipAddress != nil)
            }
        }

        @Test(
            "All of it is exported as a stream, with the export itself on record",
            arguments: ["text/csv", "application/x-ndjson"]
        )
        func export(mediaType: String) async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let bob = try await tenant.member("bob", by: admin)
                let created = try await admin.post("/api/projects", ["name": "=cmd(), \"quoted\"\nsecond"])
                #expect(created.status == 400, "no line breaks in a name")
                let project = try await admin.post("/api/projects", ["name": "=1+1, \"quoted\""])
                    .decode(ProjectView.self)
                // More than one piece of the walk.
                let path = "/api/projects/\(project.id)/tasks"
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            for number in 0..<70 { _ = try await admin.post(path, ["title": "\(worker)-\(number)"]) }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await bob.client.with(["accept": mediaType]).get("/api/audit-logs").status == 403)
                let answer = try await admin.with(["accept": mediaType]).get("/api/audit-logs")
                #expect(answer.status == 200)
                #expect(answer["content-type"]?.hasPrefix(mediaType) == true)
                let lines = answer.text.split(whereSeparator: \.isNewline)
                let entries = mediaType == "text/csv" ? lines.dropFirst() : lines[...]
                let total = try await admin.get("/api/audit-logs").decode(Page<AuditLogView>.self).total
                #expect(entries.count == total - 1, "all but the export's own entry")
                #expect(entries.filter { $0.contains("CREATE_TASK") }.count == 560)
                if mediaType == "text/csv" {
                    #expect(lines.first == "timestamp,userId,userName,action,entityType,entityId,ipAddress,changes,id")
                } else {
                    for line in entries.prefix(3) {
                        #expect(throws: Never.self) { try WireJSON.decode(AuditLogView.self, from: line.utf8) }
                    }
                }
                #expect(try await admin.get("/api/audit-logs?action=EXPORT_AUDIT").text.contains("\"total\":1"))
            }
        }

        @Test("What was not there when an export began is not in it, its own entry least of all")
        func ownEntry() async throws {
            try await RunningBackend.withTenant { _, admin in
                let lines = admin.with(["accept": "application/x-ndjson"])
                let first = try await lines.get("/api/audit-logs?action=EXPORT_AUDIT").text
                #expect(first.isEmpty)
                let second = try await lines.get("/api/audit-logs?action=EXPORT_AUDIT").text
                #expect(second.contains("EXPORT_AUDIT"))
            }
        }

        @Test("A cell that a spreadsheet would run is led by an apostrophe")
        func formula() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let ada = try await admin.get("/api/auth/me").decode(MeAnswer.self).user.id
                #expect(try await admin.put("/api/users/\(ada)", ["fullName": "=HYPERLINK(\"x\")"]).status == 200)
                let text = try await admin.with(["accept": "text/csv"]).get("/api/audit-logs").text
                #expect(text.contains("\"'=HYPERLINK(\"\"x\"\")\""))
            }
        }
    }
}
