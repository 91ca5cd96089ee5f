import AppFixtures
import Foundation
import NIOHTTP1
import Synchronization
import Testing

extension DeploymentTests {
    @Suite("A deployment with backups")
    struct Backups {
        private static func name(of project: String, _ client: HubClient) async throws -> String? {
            let answer = try await client.get("/api/projects")
            guard answer.status == 200 else { return nil }
            return try answer.items.first { $0["id"] as? String == project }?["name"] as? String
        }

        private static func now() -> String {
            Date.now.addingTimeInterval(0.001).ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
                + "Z"
        }

        /// One tenant as it was then, beside the tenant as it is.
        private static func travel(_ deployment: Deployment, to moment: String, _ project: String) async throws {
            let preview = try await deployment.hubctl("tenants", "restore", "demo", "--to", moment, "--preview")
            #expect(preview.status == 0, "\(preview.errors)")
            let projects = preview.output.split(separator: "\n").first { $0.hasPrefix("projects") } ?? ""
            #expect(projects.split(separator: " ").suffix(3) == ["1", "0", "0"], "\(preview.output)")
            let restored = try await deployment.hubctl(
                "tenants",
                "restore",
                "demo",
                "--to",
                moment,
                "--as",
                "demo-then"
            )
            try #require(restored.status == 0, "\(restored.errors)")
            let then = HubClient("demo-then", of: deployment)
            try await eventually("the router knows it") { try await then.get("/health").status == 200 }
            let signedIn = try await then.signedIn("admin@demo.com", "Demo@123")
            #expect(try await name(of: project, signedIn) == "Before")
            #expect(try await name(of: project, deployment.administrator(of: "demo")) == "After")
            let erased = try await deployment.hubctl("tenants", "erase", "demo-then", "--yes")
            #expect(erased.status == 0, "\(erased.errors)")
        }

        private final class End: Sendable {
            let hasCome = Atomic(false)
        }

        /// The same tenant in its place: whoever reads meanwhile is answered, what it was is read as soon as it is restored, by
        /// everybody and for good, and nobody is signed out.
        private static func comeBack(_ deployment: Deployment, to moment: String, _ project: String) async throws {
            let reader = try await deployment.administrator(of: "demo")
            try await withThrowingTaskGroup(of: Void.self) { group in
                let end = End()
                group.addTask {
                    while !end.hasCome.load(ordering: .relaxed) {
                        let answer = try await reader.get("/api/projects")
                        #expect(answer.status == 200, "\(answer.text)")
                    }
                }
                let restored = try await deployment.hubctl("tenants", "restore", "demo", "--to", moment, "--yes")
                #expect(restored.status == 0, "\(restored.errors)")
                for _ in 0..<20 { #expect(try await name(of: project, reader) == "Before") }
                end.hasCome.store(true, ordering: .relaxed)
                try await group.waitForAll()
                let undo = try #require(
                    restored.output.split(separator: "\n").first { $0.hasPrefix("to undo it") }?.split(separator: " ")
                        .last
                )
                let undone = try await deployment.hubctl("tenants", "restore", "demo", "--to", String(undo), "--yes")
                #expect(undone.status == 0, "\(undone.errors)")
                for _ in 0..<20 { #expect(try await name(of: project, reader) == "After") }
            }
            let written = try await reader.put("/api/projects/\(project)", ["name": "After"])
            #expect(written.status == 200, "\(written.text)")
        }

        @Test("compose/up --backups archives; a shard comes back to a moment, and no cache remembers what was after it")
        func up() async throws {
            let prepare = { (deployment: inout Deployment) in deployment.upArguments = ["--backups"] }
            try await Deployment.withDeployment(prepare) { deployment in
                let made = try await deployment.hubctl("backup", "create", "--shard", "us-1")
                try #require(made.status == 0, "\(made.errors)")
                let demo = try await deployment.administrator(of: "demo")
                let created = try await demo.post("/api/projects", ["name": "Before"])
                let project = try #require(try created.object["id"] as? String, "\(created.text)")
                // Whole milliseconds: what has been answered was committed before, what is asked next comes after.
                let moment = Self.now()
                try await eventually("the moment has passed") { Self.now() > moment }
                let changed = try await demo.put("/api/projects/\(project)", ["name": "After"])
                #expect(changed.status == 200, "\(changed.text)")
                // Both backends have it from Redis by then.
                for _ in 0..<6 { #expect(try await Self.name(of: project, demo) == "After") }

                try await Self.travel(deployment, to: moment, project)
                try await Self.comeBack(deployment, to: moment, project)
                let restored = try await deployment.hubctl(
                    "backup",
                    "restore",
                    "--shard",
                    "us-1",
                    "--to",
                    moment,
                    "--yes"
                )
                try #require(restored.status == 0, "\(restored.errors)")
                try await eventually(within: .seconds(20), "the shard serves again") {
                    try await Self.name(of: project, demo) != nil
                }
                // While the gate is shut, and after it was opened anew.
                for _ in 0..<10 { #expect(try await Self.name(of: project, demo) == "Before") }
                try await eventually(within: .seconds(30), "everything is up") {
                    try await deployment.hubctl("status").status == 0
                }
                for _ in 0..<10 { #expect(try await Self.name(of: project, demo) == "Before") }
                let written = try await demo.put("/api/projects/\(project)", ["name": "Since"])
                #expect(written.status == 200, "\(written.text)")
                #expect(try await Self.name(of: project, demo) == "Since")
                let again = try await deployment.compose("up", "--detach", "--no-build", "--no-backups")
                #expect(again.status == 5 && again.errors.contains("runs with backups"), "\(again.errors)")
            }
        }
    }
}
