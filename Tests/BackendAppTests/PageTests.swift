import AppFixtures
import FoundationEssentials
import HubModel
import HubWire
import Testing
import WebPages

extension BackendAppTests {
    @Suite("The pages of a workspace")
    struct PageTests {
        @Test("A browser without any script signs in, makes a project and signs out")
        func wholeVisit() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let visitor = tenant.client.with(["accept": "text/html"])
                    let page = try await visitor.get("/")
                    #expect(page.status == 200)
                    #expect(page["content-type"] == "text/html; charset=utf-8")
                    #expect(page.text.contains("action=\"/sign-in\"") && page.text.contains("United States"))
                    #expect(!page.text.contains("<script>"))

                    let wrong = try await visitor.submit("/sign-in", ["email": tenant.email, "password": "<wrong>"])
                    #expect(wrong.status == 401)
                    #expect(wrong.text.contains("role=\"alert\"") && wrong.text.contains("value=\"\(tenant.email)\""))
                    #expect(!wrong.text.contains("wrong&gt;"), "a password is never sent back")
                    let empty = try await visitor.submit("/sign-in", ["email": "", "password": ""])
                    #expect(empty.status == 400 && empty.text.contains("id=\"email-wrong\""))

                    let signedIn = try await visitor.submit(
                        "/sign-in",
                        ["email": tenant.email, "password": SampleTenant.password]
                    )
                    #expect(signedIn.status == 303 && signedIn["location"] == "/")
                    let member = visitor.with(["cookie": try #require(signedIn.cookie)])
                    #expect(try await member.get("/projects").text.contains("No project yet"))
                    let made = try await member.submit("/projects", ["name": "<Launch> & \"more\"", "description": ""])
                    let path = try #require(made["location"], "\(made.text)")
                    #expect(made.status == 303 && path.hasPrefix("/projects/"))
                    let list = try await member.get("/projects").text
                    #expect(list.contains("&lt;Launch&gt; &amp; &quot;more&quot;") && !list.contains("<Launch>"))
                    let nameless = try await member.submit("/projects", ["name": ""])
                    #expect(nameless.status == 400 && nameless.text.contains("id=\"name-wrong\""))
                    for number in 2...3 { _ = try await member.submit("/projects", ["name": "\(number)"]) }
                    let tooMany = try await member.submit("/projects", ["name": "4"])
                    #expect(tooMany.status == 403 && tooMany.text.contains("All 3 projects"))

                    // A task, changed by its form: what is left blank is emptied, and a day is its end.
                    let added = try await member.submit("\(path)/tasks", ["title": "Write & read"])
                    #expect(added.status == 303 && added["location"] == path)
                    let project = try await member.get(path).text
                    let task = try #require(project.firstMatch(of: #/href="(\/tasks\/[0-9a-f-]+)"/#)).1
                    let changed = try await member.submit(
                        String(task),
                        ["title": "Read", "status": "completed", "priority": "high", "dueDate": "2030-01-31"]
                    )
                    #expect(changed.status == 303 && changed["location"] == path, "\(changed.text)")
                    let detail = try await member.get(String(task)).text
                    #expect(detail.contains("value=\"2030-01-31\"") && detail.contains("2030-01-31T23:59:59Z"))
                    #expect(try await member.submit("\(task)/delete", [:])["location"] == path)

                    // A column of a board shows the newest, and leads to the others.
                    for number in 1...3 { _ = try await member.submit("\(path)/tasks", ["title": "Card \(number)"]) }
                    let board = try await member.get("\(path)?view=board&cards=2").text
                    #expect(board.contains("Card 3") && board.contains("Card 2") && !board.contains("Card 1"))
                    #expect(board.contains("view=board&amp;cards=4#column-not-started"))
                    #expect(try await member.get("\(path)?view=board&cards=4").text.contains("Card 1"))
                    #expect(try await member.get("\(path)?view=board&cards=501").status == 400)
                    // It says from where on its reader wants to be told of changes, and is not told of older ones.
                    let since = try #require(board.firstMatch(of: #/data-since="([^"]+)"/#)).1
                    let later = try await member.submit("\(path)/tasks", ["title": "Later"])
                    #expect(later.status == 303)
                    let reader = member.with(["last-event-id": String(since)])
                    let told = try await reader.withEvents { [try await $0.next(), try await $0.next()] }
                    #expect(told[0]?.data == "{\"resumed\":true}")
                    #expect(told[1]?.data.contains("CREATE_TASK") == true)
                    for page in [
                        "/", "/projects?status=&search=more", "\(path)?view=board", "/people", "/audit", "/settings",
                    ] {
                        let answer = try await member.get(page)
                        #expect(answer.status == 200 && !answer.text.contains("style=\""), "\(page)")
                    }

                    let out = try await member.submit("/sign-out", [:])
                    #expect(out.status == 303 && out["set-cookie"]?.contains("Max-Age=0") == true)
                    #expect(
                        try await member.get("/").text.contains("action=\"/sign-in\""),
                        "the old cookie is worth nothing"
                    )
                }
            }
        }

        @Test("Whoever is not signed in comes to the page they asked for after signing in, and never to another host")
        func wayBack() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let visitor = tenant.client.with(["accept": "text/html"])
                    let page = try await visitor.get("/projects?status=completed").text
                    #expect(page.contains("name=\"next\" value=\"/projects?status=completed\""))
                    func landing(_ next: String) async throws -> String? {
                        let form = ["email": tenant.email, "password": SampleTenant.password, "next": next]
                        return try await visitor.submit("/sign-in", form)["location"]
                    }
                    #expect(try await landing("/projects?status=completed") == "/projects?status=completed")
                    for strange in ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\r\nb", ""] {
                        #expect(try await landing(strange) == "/", "\(strange)")
                    }
                }
            }
        }

        @Test(
            "Assets may be kept for ever, of an older page never; what goes wrong is a page for a browser, else a document"
        )
        func assetsAndErrors() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).client
                    for file in Assets.built.files {
                        let answer = try await client.get("\(Assets.built.path)/\(file.name)")
                        #expect(answer.status == 200 && answer["content-type"] == file.mediaType)
                        #expect(answer["cache-control"]?.hasPrefix("public, max-age=31536000, immutable") == true)
                    }
                    let old = try await client.get("/assets/0000/workspace.css")
                    #expect(old.status == 200 && old["cache-control"]?.hasPrefix("no-store") == true)
                    #expect(old["x-content-type-options"] == "nosniff")
                    let picture = try await client.get("\(Assets.built.path)/favicon.svg")
                    #expect(picture["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
                    let page = try await client.with(["accept": "text/html"]).get("/nothing")
                    #expect(page.status == 404 && page.text.contains("<!doctype html>"))
                    let policy = try #require(page["content-security-policy"])
                    #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"))
                    let document = try await client.get("/nothing")
                    #expect(document.status == 404 && document["content-type"] == "application/problem+json")
                    let api = try await client.with(["accept": "text/html"]).get("/api/nothing")
                    #expect(api["content-type"] == "application/problem+json")
                }
            }
        }

        @Test("A form of a strange page is refused, so that nobody is signed in as somebody else")
        func strangePage() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let strange = tenant.client.with([
                        "origin": "http://evil.example", "content-type": "application/x-www-form-urlencoded",
                    ])
                    let body = Array("email=\(tenant.email)&password=\(SampleTenant.password)".utf8)
                    let answer = try await strange.send("POST", "/sign-in", body: body)
                    #expect(answer.status == 403 && answer["set-cookie"] == nil)
                }
            }
        }
    }
}
