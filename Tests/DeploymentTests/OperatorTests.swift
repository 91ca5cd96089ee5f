import AppFixtures
import Foundation
import HubWire
import Testing

extension DeploymentTests {
    @Suite("Operators")
    struct Operators {
        @Test("compose/up on a running deployment says so and ends with 0")
        func upTwice() async throws {
            let deployment = try Deployment.shared
            let before = try deployment.pid(of: "router")
            let again = try await deployment.compose("up", "--detach", "--no-build")
            #expect(again.status == 0)
            #expect(again.errors.contains("already running"))
            #expect(again.output.contains("http://demo.hub.localhost:\(deployment.port)"))
            #expect(try deployment.pid(of: "router") == before)
        }

        @Test("hubctl status shows every process and store as healthy")
        func status() async throws {
            let result = try await Deployment.shared.hubctl("status", "--format", "json")
            #expect(result.status == 0, "\(result.errors)\(result.output)")
            for name in [
                "router", "control", "backend-us-1", "backend-us-1-b", "backend-eu-1", "backend-apac-1",
                "postgres-directory", "postgres-us-1", "postgres-eu-1", "postgres-apac-1", "redis-us", "redis-eu",
                "redis-apac",
            ] {
                #expect(result.output.contains("\"\(name)\""), "\(name) is missing")
            }
        }

        @Test("hubctl route tells where a host's requests go, through which backends, and refuses what is no host")
        func route() async throws {
            let deployment = try Deployment.shared
            let host = "demo.hub.localhost:\(deployment.port)"
            let found = try await deployment.hubctl("route", "explain", host, "--format", "json")
            #expect(found.status == 0, "\(found.errors)")
            let explanation = try JSONDecoder().decode([RouteExplanation].self, from: Data(found.output.utf8))[0]
            #expect(explanation.process == "router" && explanation.outcome == .forward)
            #expect(explanation.shard == "us-1" && explanation.tenantId != nil && explanation.waiting == 0)
            #expect(explanation.backends.map(\.name).sorted() == ["backend-us-1", "backend-us-1-b"])
            let people = try await deployment.hubctl("route", "explain", "nobody.hub.localhost")
            #expect(people.status == 0 && people.output.contains("answer 404"), "\(people.output)")
            let backends = try await deployment.hubctl("route", "backends", "--shard", "eu-1")
            #expect(backends.status == 0 && backends.output.contains("available"), "\(backends.output)")
            #expect(!backends.output.contains("backend-us-1"))
            #expect(try await deployment.hubctl("route", "holds").output == "No request waits.\n")
            #expect(try await deployment.hubctl("route", "explain", "a/b").status == 2)
            #expect(try await deployment.hubctl("route", "backends", "--router", "other").status == 6)
        }

        @Test("Each process writes its pid and its log where scripts look for them")
        func files() async throws {
            let deployment = try Deployment.shared
            for name in ["router", "control", "backend-us-1-b", "postgres-directory", "redis-apac"] {
                #expect(kill(try deployment.pid(of: name), 0) == 0)
                #expect(FileManager.default.fileExists(atPath: deployment.home.appending(path: "log/\(name).log").path))
            }
        }

        @Test("A suspended tenant's people see why; resumed, they go on")
        func suspend() async throws {
            let deployment = try Deployment.shared
            let client = try await deployment.administrator(of: "initech")
            let suspended = try await deployment.hubctl("tenants", "suspend", "initech", "--yes")
            #expect(suspended.status == 0, "\(suspended.errors)")
            try await eventually(within: .seconds(5), "the router shows the suspended page") {
                try await client.get("/", accept: "text/html").status == 403
            }
            #expect(try await client.get("/", accept: "text/html").text.contains("suspended"))
            #expect(try await deployment.administrator(of: "demo").get("/api/projects").status == 200)
            let resumed = try await deployment.hubctl("tenants", "resume", "initech", "--yes")
            #expect(resumed.status == 0, "\(resumed.errors)")
            try await eventually(within: .seconds(5), "the tenant is served again") {
                try await client.get("/api/projects").status == 200
            }
        }

        @Test("Lists of tenants and shards are data alone with --format json")
        func lists() async throws {
            for arguments in [["tenants", "list"], ["shards", "list"]] {
                let result = try await Deployment.shared.hubctl(arguments[0], arguments[1], "--format", "json")
                #expect(result.status == 0, "\(result.errors)")
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(result.output.utf8)) }
            }
        }

        @Test("A tenant made by an operator is served in its region")
        func create() async throws {
            let deployment = try Deployment.shared
            let result = try await deployment.hubctl(
                "tenants",
                "create",
                "Umbrella",
                "umbrella",
                "--region",
                "apac",
                "--admin-email",
                "ada@umbrella.example",
                "--admin-name",
                "Ada",
                "--admin-password-stdin",
                input: "Raccoon#1998\n"
            )
            #expect(result.status == 0, "\(result.errors)")
            let tenant = HubClient("umbrella", of: deployment)
            try await eventually(within: .seconds(5), "the router knows it") {
                try await tenant.get("/health").status == 200
            }
            let admin = try await tenant.signedIn("ada@umbrella.example", "Raccoon#1998")
            #expect(try await admin.get("/api/projects").status == 200)
        }
    }
}
