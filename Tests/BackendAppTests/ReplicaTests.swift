import AppFixtures
import BackendApp
import HubModel
import HubTesting
import HubWire
import Postgres
import Testing

extension BackendAppTests {
    @Suite("Replicas")
    struct ReplicaTests {
        /// A backend whose shard has a replica, the gate open, and a tenant's administrator.
        struct Stage: Sendable {
            let replica: PostgresCluster
            let backend: RunningBackend
            let client: WebClient

            static func with(_ body: @Sendable (Stage) async throws -> Void) async throws {
                try await PostgresCluster.withCluster { primary in
                    try await HubDatabases.with(on: primary) { databases in
                        try await PostgresCluster.withReplica(of: primary) { replica in
                            try await RedisServer.withServer(options: ["--maxmemory-policy", "volatile-lru"]) { redis in
                                let change = { @Sendable (configuration: inout BackendConfiguration) in
                                    configuration.use(redis)
                                    configuration.shardServers = [primary, replica].map {
                                        var server = databases.configuration(databases.shard, role: "hub_app")
                                        server.hosts = [PostgresHost("127.0.0.1", $0.port)]
                                        return server
                                    }
                                }
                                try await RunningBackend.with(databases, change: change) { backend in
                                    try await backend.untilCaching()
                                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                                    let stage = Stage(replica: replica, backend: backend, client: client)
                                    try await stage.untilServing()
                                    try await body(stage)
                                }
                            }
                        }
                    }
                }
            }

            func metric(_ name: String) async throws -> Int {
                let text = try await WebClient(port: backend.adminPort, fields: [:]).get("/metrics").text
                let line = text.split(separator: "\n").first { $0.hasPrefix(name) && $0.contains(":\(replica.port)\"") }
                return line.flatMap { $0.split(separator: " ").last }.flatMap { Int(Double($0) ?? 0) } ?? 0
            }

            func reads(_ outcome: String) async throws -> Int {
                try await metric("hub_replica_reads{outcome=\"\(outcome)\"")
            }

            func untilServing() async throws {
                try await waitFor("the replica to be read from") { try await metric("hub_replica_serving") == 1 }
            }

            /// The names of the projects, by a search that the cache does not answer.
            func search() async throws -> [String] {
                let answer = try await client.get("/api/projects?search=%C3%A9")
                try #require(answer.status == 200, "\(answer.text)")
                return try answer.decode(Page<ProjectView>.self).items.map(\.name).sorted()
            }
        }

        @Test("Reads go to a replica that has replayed the tenant's last write, and to the primary until it has")
        func reads() async throws {
            try await Stage.with { stage in
                #expect(try await stage.client.post("/api/projects", ["name": "Café"]).status == 201)
                try await waitFor("the replica to answer") {
                    #expect(try await stage.search() == ["Café"])
                    return try await stage.reads("served") > 0
                }
                // What it has replayed is enough until the tenant writes again.
                try stage.replica.run("SELECT pg_wal_replay_pause()")
                let before = try await stage.reads("served")
                #expect(try await stage.search() == ["Café"])
                #expect(try await stage.reads("served") == before + 1)
                #expect(try await stage.client.post("/api/projects", ["name": "René"]).status == 201)
                #expect(try await stage.search() == ["Café", "René"])
                #expect(try await stage.reads("served") == before + 1)
                #expect(try await stage.reads("behind") > 0)
                try stage.replica.run("SELECT pg_wal_replay_resume()")
                try await waitFor("the replica to answer again") {
                    #expect(try await stage.search() == ["Café", "René"])
                    return try await stage.reads("served") > before + 1
                }
            }
        }

        @Test("A write that changes nothing which is cached is seen at once, too")
        func uncachedWrites() async throws {
            try await Stage.with { stage in
                let project = try await stage.client.post("/api/projects", ["name": "é"]).decode(ProjectView.self)
                let path = "/api/projects/\(project.id)/tasks"
                let task = try await stage.client.post(path, ["title": "one"]).decode(TaskView.self)
                try await waitFor("the replica to answer") {
                    _ = try await stage.client.get("/api/tasks/\(task.id)")
                    return try await stage.reads("served") > 0
                }
                try stage.replica.run("SELECT pg_wal_replay_pause()")
                #expect(try await stage.client.put("/api/tasks/\(task.id)", ["title": "two"]).status == 200)
                #expect(try await stage.client.get("/api/tasks/\(task.id)").decode(TaskView.self).title == "two")
            }
        }

        @Test("A replica that is promoted, stops answering or dies is left, and no request fails")
        func failures() async throws {
            try await Stage.with { stage in
                #expect(try await stage.client.post("/api/projects", ["name": "Café"]).status == 201)
                func untilServed() async throws {
                    let before = try await stage.reads("served")
                    try await waitFor("the replica to answer") {
                        #expect(try await stage.search() == ["Café"])
                        return try await stage.reads("served") > before
                    }
                }
                try await untilServed()
                stage.replica.sigstop()
                for _ in 0..<3 { #expect(try await stage.search() == ["Café"]) }
                stage.replica.sigcont()
                try await untilServed()
                stage.replica.kill9()
                for _ in 0..<3 { #expect(try await stage.search() == ["Café"]) }
                try stage.replica.start()
                try await untilServed()
                try stage.replica.run("SELECT pg_promote()")
                let served = try await stage.reads("served")
                for _ in 0..<3 { #expect(try await stage.search() == ["Café"]) }
                #expect(try await stage.reads("served") == served)
            }
        }
    }
}
