import AppFixtures
import BackendApp
import HubModel
import HubTesting
import HubWire
import Observability
import Postgres
import Testing
import Topology

extension BackendAppTests {
    @Suite("Fairness between tenants")
    struct FairnessTests {
        @Test("Two hundred slow requests of one tenant, at once, do not keep another tenant waiting")
        func burst() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.limits.tenantQueue = 150
                        $0.sharePatience = .seconds(600)
                        // On a slow machine the line takes long to form; those who hold it must wait for that.
                        $0.shardDatabase.statementTimeout = .seconds(120)
                        $0.shardDatabase.queryTimeout = .seconds(120)
                    }
                ) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend).signedIn()
                    let globex = try await SampleTenant.create("globex", on: backend).signedIn()
                    let project = try await acme.post("/api/projects", ["name": "A"]).decode(ProjectView.self)
                    let own = try await globex.post("/api/projects", ["name": "B"]).decode(ProjectView.self)
                    #expect(try await globex.get("/api/projects/\(own.id)").status == 200)

                    // Whoever changes acme's project waits for this row; nobody else does.
                    let answers = try await withPool(databases.cluster.configuration(database: databases.shard)) {
                        pool in
                        try await pool.withTransaction { transaction in
                            _ = try await transaction.query(
                                "SELECT id FROM projects WHERE id = \(project.id.uuid) FOR UPDATE"
                            )
                            let burst = Task {
                                try await withThrowingTaskGroup(of: WebAnswer.self) { group in
                                    for number in 0..<200 {
                                        group.addTask {
                                            try await acme.put("/api/projects/\(project.id)", ["name": "A\(number)"])
                                        }
                                    }
                                    return try await group.reduce(into: [WebAnswer]()) { $0.append($1) }
                                }
                            }
                            var line = (waiting: 0, refused: 0)
                            do {
                                try await waitFor("the burst to have used up its share") {
                                    let metrics = try await WebClient(port: backend.adminPort).get("/metrics").text
                                    line = (
                                        value(of: "hub_tenant_waiting", in: metrics),
                                        value(of: "hub_tenant_refused", in: metrics)
                                    )
                                    // Of the five turns it has alone it may get two only, since globex was there just now;
                                    // and of those who have a turn all but two may wait for a connection.
                                    return (150...154).contains(line.waiting) && (45...49).contains(line.refused)
                                }
                            } catch {
                                Issue.record("\(line.waiting) wait and \(line.refused) are refused")
                                throw error
                            }
                            // All of acme's part of the connections is in use, and none of it is given back.
                            for number in 1...20 {
                                let answer = try await globex.put("/api/projects/\(own.id)", ["name": "B\(number)"])
                                #expect(answer.status == 200)
                                #expect(answer.elapsed < .seconds(1), "\(answer.elapsed)")
                            }
                            let refused = try await acme.get("/api/projects")
                            #expect(refused.status == 429 && refused["retry-after"] == "1")
                            return burst
                        }.value
                    }
                    let served = answers.count { $0.status == 200 }
                    #expect((151...155).contains(served), "everybody in the line got their turn")
                    #expect(answers.count { $0.status == 429 } == 200 - served)
                    #expect(try await acme.get("/api/projects").status == 200)
                }
            }
        }

        private func value(of metric: String, in metrics: String) -> Int {
            let line = metrics.split(separator: "\n").first { $0.hasPrefix(metric + " ") }
            return line.flatMap { Int($0.dropFirst(metric.count + 1)) } ?? 0
        }

        @Test("A wait for one's share ends soon, with 503 and a time to come back")
        func patience() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.limits.tenantSharePercent = 10
                        $0.sharePatience = .milliseconds(900)
                    }
                ) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend).signedIn()
                    let project = try await acme.post("/api/projects", ["name": "A"]).decode(ProjectView.self)
                    let first = try await withPool(databases.cluster.configuration(database: databases.shard)) { pool in
                        try await pool.withTransaction { transaction in
                            _ = try await transaction.query(
                                "SELECT id FROM projects WHERE id = \(project.id.uuid) FOR UPDATE"
                            )
                            let first = Task { try await acme.put("/api/projects/\(project.id)", ["name": "B"]) }
                            try await waitFor("the first to hold the share") {
                                let waiting = try databases.inShard(
                                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                                )
                                return waiting == ["1"]
                            }
                            let second = try await acme.get("/api/projects")
                            #expect(second.status == 503 && second["retry-after"] == "1")
                            #expect(second.elapsed < .seconds(2))
                            return first
                        }.value
                    }
                    #expect(first.status == 200)
                }
            }
        }

        @Test("A client above its rate is told when to come back; others of the tenant are not held up by it")
        func clientRate() async throws {
            let clock = ShiftedClock()
            try await HubDatabases.with { databases in
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.limits.clientRequestsPerMinute = 6
                        $0.limits.tenantRequestsPerMinute = 15
                    },
                    now: clock.now
                ) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let admin = try await tenant.signedIn()
                    let policy = #""client";q=6;w=60, "tenant";q=15;w=60"#
                    for left in stride(from: 5, through: 0, by: -1) {
                        let answer = try await admin.get("/api/auth/me")
                        #expect(answer.status == 200 && answer["ratelimit-policy"] == policy)
                        let fields = try #require(answer["ratelimit"])
                        #expect(fields.hasPrefix("\"client\";r=\(left);t="), "\(fields)")
                        #expect(fields.contains(", \"tenant\";r=\(left + 8);t="), "\(fields)")
                    }
                    let refused = try await admin.get("/api/auth/me")
                    #expect(refused.status == 429 && refused["content-type"] == Problem.mediaType)
                    #expect(["9", "10"].contains(refused["retry-after"]))
                    #expect(refused["ratelimit"]?.hasPrefix("\"client\";r=0;t=") == true)
                    let page = try await admin.with(["accept": "text/html"]).get("/")
                    #expect(page.status == 429 && page["content-type"]?.hasPrefix("text/html") == true)
                    #expect(try await backend.stranger.get("/health").status == 200)

                    // Others go on, until the tenant's own rate is reached; 7 of 15 are gone.
                    var statuses: [Int] = []
                    for number in 0..<10 {
                        let other = tenant.client.with([HubHeader.clientAddress: "192.0.2.\(number)"])
                        statuses.append(try await other.get("/").status)
                    }
                    #expect(statuses == Array(repeating: 200, count: 8) + [429, 429])
                    let metrics = try await WebClient(port: backend.adminPort).get("/metrics").text
                    #expect(metrics.contains(#"hub_requests_throttled_total{policy="client"} 2"#))
                    #expect(metrics.contains(#"hub_requests_throttled_total{policy="tenant"} 2"#))
                }
            }
        }

        @Test("Made-up tokens do not use up a tenant's rate, and another tenant has a rate of its own")
        func strangers() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases, change: { $0.limits.tenantRequestsPerMinute = 10 }) {
                    backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let other = try await SampleTenant.create("globex", on: backend)
                    let admin = try await tenant.signedIn()
                    for number in 1...50 {
                        #expect(try await tenant.client.bearing("x.y.\(number)").get("/api/auth/me").status == 401)
                    }
                    for _ in 1...9 { #expect(try await admin.get("/api/auth/me").status == 200) }
                    #expect(try await admin.get("/api/auth/me").status == 429)
                    #expect(try await other.client.get("/").status == 200)
                }
            }
        }
    }
}
