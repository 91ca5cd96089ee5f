import AppFixtures
import Foundation
import NIOHTTP1
import Testing

extension DeploymentTests {
    @Suite("A deployment with replicas")
    struct Failover {
        private static func promote(_ deployment: Deployment) async throws -> String {
            let result = try await deployment.hubctl("shards", "failover", "us-1", "--yes", "--format", "json")
            try #require(result.status == 0, "\(result.errors)")
            let outcome = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: any Sendable]
            return try #require(outcome?["primary"] as? String)
        }

        /// How many projects of that name one of the shard's servers has.
        private static func count(_ name: String, at offset: Int, _ deployment: Deployment) async throws -> Int {
            let file = deployment.home.appending(path: "secrets/shard-us-1-admin-password")
            let password = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            let result = try await Command.run(
                URL(filePath: "/usr/bin/env"),
                [
                    "psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", "\(deployment.port + offset)", "-U", "hub_admin",
                    "-d", "hub_shard", "-c", "SELECT count(*) FROM projects WHERE name = '\(name)'",
                ],
                environment: deployment.environment.merging(["PGPASSWORD": password]) { $1 }
            )
            return Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
        }

        private static func create(_ name: String, _ client: HubClient) async throws {
            try await eventually(within: .seconds(10), "\(name) is created") {
                try await client.post("/api/projects", ["name": name]).status == 201
            }
        }

        @Test(
            "A primary dies and its replica is promoted; the old one is not written to when it comes back, and joins again"
        )
        func failover() async throws {
            let prepare = { (deployment: inout Deployment) in deployment.upArguments = ["--replicas", "1"] }
            try await Deployment.withDeployment(prepare) { deployment in
                let demo = try await deployment.administrator(of: "demo")
                try await Self.create("Before", demo)
                try await eventually("the replica answers reads") {
                    #expect(try await demo.get("/api/audit-logs?limit=1").status == 200)
                    let metrics = try await HubClient(nil, port: deployment.port + 22, token: nil).get("/metrics").text
                    let served = #"hub_replica_reads{outcome="served",replica="127.0.0.1:\#(deployment.port + 31)"} "#
                    return metrics.split(separator: "\n").contains { $0.hasPrefix(served) && !$0.hasSuffix(" 0") }
                }
                try await eventually("the replica has it") { try await Self.count("Before", at: 31, deployment) > 0 }
                try await deployment.withOutage(of: "postgres-us-1") {
                    #expect(try await Self.promote(deployment) == "127.0.0.1:\(deployment.port + 31)")
                    try await Self.create("After", demo)
                }
                // It comes back as the primary that it was, and nobody believes it, nor a backend that starts now.
                try await eventually("the old primary is back") {
                    try await Self.count("Before", at: 11, deployment) > 0
                }
                try deployment.kill9("backend-us-1")
                try deployment.kill9("backend-us-1-b")
                for number in 1...3 { try await Self.create("Later \(number)", demo) }
                #expect(try await Self.count("After", at: 11, deployment) == 0)
                #expect(try await Self.count("Later 3", at: 11, deployment) == 0)
                #expect(try await Self.count("Later 3", at: 31, deployment) > 0)
                try await Self.join(deployment, demo)
            }
        }

        /// The next start makes the old primary a replica of the new one; then both change places, planned.
        private static func join(_ deployment: Deployment, _ demo: HubClient) async throws {
            #expect(try await deployment.compose("down").status == 0)
            let up = try await deployment.compose("up", "--detach", "--no-build")
            try #require(up.status == 0, "\(up.output)")
            try await eventually("the old primary has what the new one has") {
                try await count("Later 3", at: 11, deployment) > 0
            }
            #expect(try await promote(deployment) == "127.0.0.1:\(deployment.port + 11)")
            try await create("Home", demo)
            #expect(try await count("Home", at: 11, deployment) > 0)
            let names = try await demo.get("/api/projects?limit=100").items.compactMap { $0["name"] as? String }
            #expect(Set(names).isSuperset(of: ["Before", "After", "Later 1", "Later 2", "Later 3", "Home"]))
        }
    }
}
