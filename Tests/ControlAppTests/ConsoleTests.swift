import AppFixtures
import HubModel
import HubTesting
import HubWire
import Testing

extension ControlAppTests {
    @Suite("The console")
    struct ConsoleTests {
        private static let paths = [
            "/console", "/console/tenants", "/console/tenants/initrode", "/console/shards",
            "/console/shards/us-1/drain", "/console/moves",
            "/console/moves/plan", "/console/moves/plan?tenant=initrode&target=us-1", "/console/cache",
            "/console/reports", "/console/reports?region=us&shard=&days=365", "/console/audit",
        ]

        /// Lends a hub with the tenant `initrode`.
        private func withHub(_ body: @Sendable (RunningControl, HubDatabases) async throws -> Void) async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    try await RunningControl.with(databases, backends: [backend.port]) { control in
                        let made = try await control.stranger.post("/api/auth/register-tenant", SignUpTests.request)
                        try #require(made.status == 201, "\(made.text)")
                        try await body(control, databases)
                    }
                }
            }
        }

        /// A browser that has signed in by the form.
        private func browser(_ control: RunningControl) async throws -> WebClient {
            let answer = try await control.stranger.submit(
                "/console/sign-in",
                ["email": RunningControl.superAdmin, "password": RunningControl.password]
            )
            try #require(answer.status == 303, "\(answer.text)")
            let cookie = try #require(answer["set-cookie"]?.split(separator: ";").first)
            return control.stranger.with(["cookie": String(cookie), "accept": "text/html"])
        }

        @Test("Whoever is not signed in is led to the sign-in page and back, and nowhere else")
        func signIn() async throws {
            try await withHub { control, _ in
                for path in ConsoleTests.paths {
                    let answer = try await control.stranger.get(path)
                    #expect(answer.status == 303, "\(path)")
                    #expect(answer["location"]?.hasPrefix("/console/sign-in") == true, "\(path)")
                }
                let asked = try await control.stranger.get("/console/tenants?search=a%26b")
                let location = try #require(asked["location"])
                #expect(location == "/console/sign-in?next=%2Fconsole%2Ftenants%3Fsearch%3Da%2526b")
                let page = try await control.stranger.get(location)
                #expect(page.status == 200)
                #expect(page.text.contains("name=\"next\" value=\"/console/tenants?search=a%26b\""))

                let right = ["email": RunningControl.superAdmin, "password": RunningControl.password]
                let back = try await control.stranger.submit(
                    "/console/sign-in",
                    right.merging(["next": "/console/tenants?search=a%26b"]) { $1 }
                )
                #expect(back.status == 303 && back["location"] == "/console/tenants?search=a%26b")
                for elsewhere in [
                    "https://evil.example", "//evil.example", "/\\evil.example", "/consoles", "/console/\r\nx",
                ] {
                    let answer = try await control.stranger.submit(
                        "/console/sign-in",
                        right.merging(["next": elsewhere]) { $1 }
                    )
                    #expect(answer["location"] == "/console", "\(elsewhere)")
                }
                let wrong = try await control.stranger.submit(
                    "/console/sign-in",
                    ["email": RunningControl.superAdmin, "password": "wrong", "next": "/console/moves"]
                )
                #expect(wrong.status == 401 && wrong["set-cookie"] == nil)
                #expect(wrong.text.contains("role=\"alert\"") && wrong.text.contains("value=\"/console/moves\""))
                let cross = try await control.stranger.with(["origin": "http://evil.example"]).send(
                    "POST",
                    "/console/sign-in"
                )
                #expect(cross.status == 403)
            }
        }

        @Test("Every page is drawn without any script of its own, and shows what the API answers")
        func pages() async throws {
            try await withHub { control, _ in
                let browser = try await browser(control)
                for path in ConsoleTests.paths {
                    let page = try await browser.get(path)
                    #expect(page.status == 200, "\(path) \(page.text)")
                    #expect(page.text.contains("</html>"), "\(path)")
                    for forbidden in ["<script>", "<style", "style=\"", "{{", "Optional("] {
                        #expect(!page.text.contains(forbidden), "\(path) \(forbidden)")
                    }
                }
                let found = try await browser.get("/console/tenants?search=INITR&region=us&shard=&state=active")
                #expect(found.text.contains("href=\"/console/tenants/initrode\""))
                let none = try await browser.get("/console/tenants?search=nothing")
                #expect(none.text.contains("No tenant is like that"))
                let trail = try await browser.get("/console/audit?action=CREATE_TENANT&from=2020-01-01&to=2099-01-01")
                #expect(trail.text.contains("Created the workspace") && !trail.text.contains("No entry is like that"))
                let plan = try await browser.get("/console/moves/plan?tenant=initrode&target=us-1")
                #expect(
                    plan.text.contains("the tenant is on shard us-1 already")
                        && !plan.text.contains("id=\"start-move\"")
                )
                let unknown = try await browser.get("/console/moves/plan?tenant=nobody&target=us-1")
                #expect(unknown.status == 200 && unknown.text.contains("There is no such tenant here."))
                for path in [
                    "/console/tenants/nobody", "/console/moves/x", "/console/shards/x/drain",
                    "/console/tenants?state=gone",
                ] {
                    let page = try await browser.get(path)
                    #expect([400, 404].contains(page.status) && page.text.contains("<h1>"), "\(path)")
                }
            }
        }

        @Test("A move's page has its verbs, what happened, and no other move's")
        func move() async throws {
            try await withHub { control, databases in
                let browser = try await browser(control)
                let id = "0198c0de-0000-7000-8000-000000000009"
                _ = try databases.inDirectory(
                    """
                    INSERT INTO shards (id, region) VALUES ('far-1', 'us');
                    INSERT INTO moves (id, tenantId, subdomain, source, target, epoch, state, problem, problemMessage)
                    SELECT '\(id)', id, 'initrode', 'us-1', 'far-1', 1, 'failed', 'transient', 'the <target> is down' FROM tenants
                    """
                )
                let page = try await browser.get("/console/moves/\(id)")
                #expect(page.status == 200, "\(page.text)")
                #expect(
                    page.text.contains("data-dialog=\"verb-resume\"")
                        && page.text.contains("data-dialog=\"verb-cancel\"")
                )
                #expect(!page.text.contains("verb-switch"))
                #expect(page.text.contains("the &lt;target&gt; is down"))
                let list = try await browser.get("/console/moves?over=false")
                #expect(list.text.contains("/console/moves/\(id)"))
            }
        }

        @Test("Signing out ends the session, and is no mistake when it has ended already")
        func signOut() async throws {
            try await withHub { control, _ in
                let browser = try await browser(control)
                for _ in 1...2 {
                    let out = try await browser.submit("/console/sign-out", [:])
                    #expect(out.status == 303 && out["location"] == "/console/sign-in")
                    #expect(out["set-cookie"]?.contains("Max-Age=0") == true)
                }
                #expect(try await browser.get("/console").status == 303)
            }
        }
    }
}
