import Foundation
import HubTesting
import NIOCore
import Observability
import Testing
import Topology

@testable import OperatorApp

extension AgainstPostgres {
    @Suite("The status of everything")
    struct Status {
        private func parts(_ result: Workplace.Result) throws -> [String: [String: Any]] {
            let parts = try #require(try result.json()["parts"] as? [[String: Any]])
            return Dictionary(uniqueKeysWithValues: parts.map { ($0["name"] as? String ?? "?", $0) })
        }

        @Test("Stores that live are up with their versions, processes that are dead are down, and it ends with 7")
        func partlyDead() async throws {
            try await RedisServer.withServer { redis in
                try await Deployment.withRunning(redis: redis.port) { deployment in
                    let environment = ["HUB_SECRET_REDIS_US_PASSWORD": redis.password]
                    let start = ContinuousClock.now
                    let result = await deployment.hubctl(["status", "--format", "json"], environment: environment)
                    #expect(ContinuousClock.now - start < .seconds(5))
                    #expect(result.status == .partial)
                    #expect(result.diagnostics.contains("3 of 6 parts are not up"))
                    let parts = try parts(result)
                    for (name, state) in [
                        ("postgres-directory", "up"), ("postgres-us-1", "up"), ("redis-us", "up"), ("router", "down"),
                        ("control", "down"), ("backend-us-1", "down"),
                    ] {
                        #expect(parts[name]?["state"] as? String == state, "\(name): \(parts[name] ?? [:])")
                    }
                    let detail = try #require(parts["postgres-us-1"]?["detail"] as? String)
                    #expect(detail.contains("schema") && detail.contains("connections"))
                    let version = try #require(parts["postgres-us-1"]?["version"] as? String)
                    #expect(Int(version.prefix(2)).map { $0 >= 15 } == true)
                    #expect((parts["redis-us"]?["detail"] as? String)?.contains("run id") == true)
                    #expect((parts["router"]?["detail"] as? String)?.contains("refused") == true)
                }
            }
        }

        @Test("A live process is up with its version and uptime, and what it lacks is its detail")
        func liveProcess() async throws {
            try await withAdminServer(process: "backend-us-1") { port in
                try await Deployment.withRunning(admin: port) { deployment in
                    let parts = try parts(await deployment.hubctl("status", "--format", "json"))
                    let backend = try #require(parts["backend-us-1"])
                    #expect(backend["state"] as? String == "degraded")
                    #expect(backend["detail"] as? String == "cache degraded: no Redis")
                    #expect(backend["version"] as? String != nil)
                    #expect(backend["uptimeSeconds"] as? Int != nil)
                }
            }
        }

        @Test("A server that accepts and never answers is down within the limit")
        func silentServer() async throws {
            try await PostgresCluster.withCluster { cluster in
                try await Deployment.withRunning(cluster: cluster) { deployment in
                    cluster.sigstop()
                    defer { cluster.sigcont() }
                    let start = ContinuousClock.now
                    let result = await deployment.hubctl("status")
                    #expect(ContinuousClock.now - start < .seconds(5))
                    #expect(result.status == .partial)
                    #expect(result.output.contains("no answer within 2 s"), "\(result.output)")
                }
            }
        }

        @Test("An older schema and a wrong password are told beside the server they belong to")
        func wrongStores() async throws {
            try await Deployment.withRunning { deployment in
                let last = "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
                _ = try deployment.ask(deployment.shard, last)
                let environment = ["HUB_SECRET_DIRECTORY_ADMIN_PASSWORD": "wrong"]
                let parts = try parts(
                    await deployment.hubctl(["status", "--format", "json"], environment: environment)
                )
                let detail = try #require(parts["postgres-us-1"]?["detail"] as? String)
                #expect(detail.contains("hubctl migrate"))
                #expect(parts["postgres-us-1"]?["state"] as? String == "down")
                let refusal = try #require(parts["postgres-directory"]?["detail"] as? String)
                #expect(refusal.contains("refuses the password"))
            }
        }

        /// Runs the real admin server of a process that lacks its cache.
        private func withAdminServer(process: String, _ body: (Int) async throws -> Void) async throws {
            let ports = AsyncStream.makeStream(of: Int.self)
            let server = AdminServer(
                host: "127.0.0.1",
                port: 0,
                key: "backends",
                process: process,
                registry: PrometheusRegistry(catalog: []),
                readiness: { [.init("database", .up), .init("cache", .degraded, detail: "no Redis")] },
                onListening: { ports.continuation.yield($0) }
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                defer { group.cancelAll() }
                for await port in ports.stream {
                    try await body(port)
                    break
                }
            }
        }
    }
}
