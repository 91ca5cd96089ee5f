import Crypto
import HubModel
import HubTesting
import Placement
import RouterFixtures
import Testing

@testable import RouterApp

@Suite struct PageTests {
    @Test(
        "Unknown and deleted tenants are 404, suspended ones 403, and strangers' hosts 404",
        arguments: [
            ("nobody.hub.test", "HTTP/1.1 404 "), ("a.acme.hub.test", "HTTP/1.1 404 "),
            ("acmehub.test", "HTTP/1.1 404 "),
            ("evil.test", "HTTP/1.1 404 "), ("acme.hub.test.evil.test", "HTTP/1.1 404 "),
            (".hub.test", "HTTP/1.1 404 "),
            ("127.0.0.1", "HTTP/1.1 404 "),
        ]
    )
    func hosts(host: String, start: String) async throws {
        try await TestRouter.with(directory()) { router in
            let text = try await router.get(host: host)
            #expect(text.hasPrefix(start), "\(text.prefix(100))")
        }
    }

    @Test("The state of a tenant decides the page", arguments: [(TenantState.suspended, 403), (.deleting, 404)])
    func states(state: TenantState, status: Int) async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port], acme: state)) { router in
                let answer = try await router.get()
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            }
            #expect(origin.requests.isEmpty)
        }
    }

    @Test("A former name leads to the present one, path and query kept")
    func renamed() async throws {
        try await TestRouter.with(directory()) { router in
            let text = try await router.get("/a?b=c", host: "oldacme.hub.test")
            #expect(text.hasPrefix("HTTP/1.1 308 "))
            #expect(text.contains("\r\nlocation: http://acme.hub.test/a?b=c\r\n"))
        }
    }

    @Test("Before any directory was seen it is 503 with Retry-After, and /ready says so; then it serves")
    func noDirectory() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(nil) { router in
                let text = try await router.get()
                #expect(text.hasPrefix("HTTP/1.1 503 "))
                #expect(text.contains("\r\nretry-after: 2\r\n"))
                #expect(try await router.get("/health", host: "127.0.0.1:8080").hasPrefix("HTTP/1.1 200 "))
                #expect(try await router.get("/ready", host: "localhost").hasPrefix("HTTP/1.1 503 "))
                router.board.publish(try directory(us: [origin.port]))
                try await waitFor("it to serve") { try await router.get().hasPrefix("HTTP/1.1 200 ") }
                #expect(try await router.get("/ready?x", host: "[::1]:8080").hasPrefix("HTTP/1.1 200 "))
            }
            #expect(origin.requests.allSatisfy { $0.line == "GET / HTTP/1.1" })
        }
    }

    @Test("/health of a tenant's host is the backend's")
    func tenantHealth() async throws {
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let answer = try await router.get("/health")
                #expect(answer.hasSuffix("ok"))
            }
            #expect(origin.requests.first?.line == "GET /health HTTP/1.1")
        }
    }

    @Test("A browser gets a page whose only style is the one its policy names; a program gets a problem document")
    func forms() async throws {
        try await TestRouter.with(directory()) { router in
            let page = try await router.get(
                host: "nobody.hub.test",
                fields: "Accept: text/html,application/xhtml+xml;q=0.9\r\n"
            )
            #expect(page.contains("\r\ncontent-type: text/html; charset=utf-8\r\n"))
            #expect(page.contains("There is no workspace here"))
            #expect(page.contains("width=device-width"))
            #expect(!page.contains("<script") && !page.contains(" style="))
            let css = try #require(
                page.components(separatedBy: "<style>").last?.components(separatedBy: "</style>").first
            )
            let hash = Base64URL.encode(SHA256.hash(data: Array(css.utf8)))
            #expect(page.contains("style-src 'sha256-\(hash)='"))
            #expect(css.contains("prefers-color-scheme:dark"))

            let problem = try await router.get(host: "nobody.hub.test", fields: "Accept: */*\r\n")
            #expect(problem.contains("\r\ncontent-type: application/problem+json\r\n"))
            #expect(problem.hasSuffix("}"))
            #expect(problem.contains(#""status":404"#))
            let length = try #require(problem.components(separatedBy: "content-length: ").last?.prefix { $0.isNumber })
            #expect(problem.components(separatedBy: "\r\n\r\n").last?.utf8.count == Int(length))
        }
    }

    @Test("What the client sent is never part of a page")
    func noEcho() async throws {
        try await TestRouter.with(directory()) { router in
            let text = try await router.get(
                "/<b>x</b>\"onload",
                host: "nobody.hub.test",
                fields: "Accept: text/html\r\n"
            )
            #expect(!text.contains("<b>"))
            let renamed = try await router.get("/<b>\"", host: "oldacme.hub.test", fields: "Accept: text/html\r\n")
            #expect(!renamed.components(separatedBy: "\r\n\r\n").dropFirst().joined().contains("<b>"))
            let document = try await router.get("/\"\\", host: "oldacme.hub.test")
            #expect(document.hasSuffix(#"acme.hub.test/\"\\"}"#))
        }
    }

    @Test("A HEAD of a page has its head only, and the connection stays usable")
    func head() async throws {
        try await TestRouter.with(directory()) { router in
            let text = try await router.exchange(
                "HEAD / HTTP/1.1\r\nHost: nobody.hub.test\r\n\r\nGET / HTTP/1.1\r\nHost: nobody.hub.test\r\nConnection: close\r\n\r\n"
            )
            let parts = text.components(separatedBy: "HTTP/1.1 404 Not Found\r\n")
            #expect(parts.count == 3)
            #expect(parts[1].hasSuffix("\r\n\r\n"))
        }
    }
}
