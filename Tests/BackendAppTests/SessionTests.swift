import AppFixtures
import BackendApp
import HubModel
import HubTesting
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("One's own sessions")
    struct SessionTests {
        @Test(
            "A person sees where they are signed in, and ends what they do not know: it is dead at once, and in the trail"
        )
        func endingOne() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let other = try await tenant.signedIn()
                let sessions = try await admin.get("/api/auth/sessions").decode(Page<SessionView>.self)
                #expect(sessions.total == 2)
                #expect(sessions.items.map(\.isCurrent) == [false, true], "the newest first")
                #expect(sessions.items.allSatisfy { $0.clientAddress == "203.0.113.7" && $0.expiresAt > .now() })
                let stranger = try await tenant.member("stranger", role: .tenantAdmin, by: admin).client
                let found = try await stranger.get("/api/auth/sessions").decode(Page<SessionView>.self)
                #expect(found.total == 1 && found.items[0].isCurrent, "nobody sees another's")

                let path = "/api/auth/sessions/\(sessions.items[0].id)"
                #expect(try await stranger.delete(path).status == 404)
                #expect(try await other.get("/api/auth/me").status == 200)
                #expect(try await admin.delete(path).status == 204)
                #expect(try await other.get("/api/auth/me").status == 401)
                #expect(try await admin.delete(path).status == 404)
                #expect(try await admin.delete("/api/auth/sessions/none").status == 404)
                let trail = try await admin.get("/api/audit-logs?entityType=session").decode(Page<AuditLogView>.self)
                #expect(trail.items.map(\.action) == ["LOGOUT"])
                #expect(trail.items[0].entityId?.uuid == sessions.items[0].id.uuid)
            }
        }

        @Test("All other sessions end together, once in the trail; the one that asks goes on")
        func endingOthers() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let others = [try await tenant.signedIn(), try await tenant.signedIn()]
                let stranger = try await tenant.member("stranger", by: admin).client
                for _ in 0..<2 { #expect(try await admin.delete("/api/auth/sessions").status == 204) }
                for other in others { #expect(try await other.get("/api/auth/me").status == 401) }
                #expect(try await stranger.get("/api/auth/me").status == 200)
                #expect(try await admin.get("/api/auth/sessions").decode(Page<SessionView>.self).total == 1)
                let trail = try await admin.get("/api/audit-logs?action=LOGOUT").decode(Page<AuditLogView>.self)
                #expect(trail.items.map(\.changes) == [.object(["after": .object(["otherSessions": .integer(2)])])])
            }
        }

        @Test("Ending one's own session on the list is signing out")
        func endingThis() async throws {
            try await RunningBackend.withTenant { _, admin in
                let session = try await admin.get("/api/auth/sessions").decode(Page<SessionView>.self).items[0]
                let answer = try await admin.delete("/api/auth/sessions/\(session.id)")
                #expect(answer.status == 204 && answer["set-cookie"]?.contains("Max-Age=0") == true)
                #expect(try await admin.get("/api/auth/me").status == 401)
            }
        }

        @Test("When a session was last used is noted behind people's backs")
        func lastUse() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases, change: { $0.sessionUseInterval = .milliseconds(20) }) {
                    backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let admin = try await tenant.signedIn()
                    try await waitFor("the use to be noted") {
                        let session = try await admin.get("/api/auth/sessions").decode(Page<SessionView>.self).items[0]
                        return session.lastUsedAt > session.createdAt
                    }
                    let idle = try await tenant.signedIn()
                    try await waitFor("the session in use to come first") {
                        let items = try await admin.get("/api/auth/sessions").decode(Page<SessionView>.self).items
                        return items[0].isCurrent && items[1].lastUsedAt == items[1].createdAt
                    }
                    #expect(try await idle.get("/api/auth/me").status == 200)
                }
            }
        }

        @Test("A browser without scripts sees its sessions and ends others")
        func page() async throws {
            try await RunningBackend.withTenant { tenant, _ in
                let visitor = tenant.client.with(["accept": "text/html"])
                let form = ["email": tenant.email, "password": SampleTenant.password]
                let signedIn = try await visitor.submit("/sign-in", form)
                let browser = visitor.with(["cookie": try #require(signedIn.cookie)])
                let page = try await browser.get("/settings").text
                #expect(page.contains("This session") && page.contains("203.0.113.7"))
                let path = try #require(page.firstMatch(of: #/action="(\/settings\/sessions\/[0-9a-f-]{36}\/end)"/#)).1
                let answer = try await browser.submit(String(path), [:])
                #expect(answer.status == 303 && answer["location"] == "/settings")
                #expect(try await !browser.get("/settings").text.contains(path))
                #expect(try await browser.submit("/settings/sessions/end-others", [:]).status == 303)
            }
        }
    }
}
