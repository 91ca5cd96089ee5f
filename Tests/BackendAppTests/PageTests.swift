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
                    #expect(!page.text.contains("<script"))

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
                    #expect(try await member.get("/").text.contains("No project yet"))
                    let made = try await member.submit("/projects", ["name": "<Launch> & \"more\"", "description": ""])
                    #expect(made.status == 303, "\(made.text)")
                    let list = try await member.get("/").text
                    #expect(list.contains("&lt;Launch&gt; &amp; &quot;more&quot;") && !list.contains("<Launch>"))
                    let nameless = try await member.submit("/projects", ["name": ""])
                    #expect(nameless.status == 400 && nameless.text.contains("id=\"name-wrong\""))
                    for number in 2...3 { _ = try await member.submit("/projects", ["name": "\(number)"]) }
                    let tooMany = try await member.submit("/projects", ["name": "4"])
                    #expect(tooMany.status == 403 && tooMany.text.contains("All 3 projects"))

                    let out = try await member.submit("/sign-out", [:])
                    #expect(out.status == 303 && out["set-cookie"]?.contains("Max-Age=0") == true)
                    #expect(
                        try await member.get("/").text.contains("action=\"/sign-in\""),
                        "the old cookie is worth nothing"
                    )
                }
            }
        }

        @Test(
            "The style sheet may be kept for ever; what goes wrong is a page for a browser and a document for a script"
        )
        func assetsAndErrors() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).client
                    let style = try await client.get(Stylesheet.path)
                    #expect(style.status == 200 && style["content-type"] == Stylesheet.mediaType)
                    #expect(style["cache-control"] == "public, max-age=31536000, immutable")
                    let page = try await client.with(["accept": "text/html"]).get("/nothing")
                    #expect(page.status == 404 && page.text.contains("<!doctype html>"))
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
