import AppFixtures
import BackendApp
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import Testing

extension BackendAppTests {
    @Suite("The cache")
    struct CacheTests {
        /// Two backends of one shard with one Redis, the gate open.
        struct Pair: Sendable {
            let databases: HubDatabases
            let redis: RedisServer
            let tenant: SampleTenant
            let one: RunningBackend
            let other: RunningBackend

            static func with(
                options: [String] = ["--maxmemory-policy", "volatile-lru"],
                maxProjects: Int = 50,
                _ body: @Sendable (Pair) async throws -> Void
            ) async throws {
                try await RedisServer.withServer(options: options) { redis in
                    let configure = { @Sendable (configuration: inout BackendConfiguration) in configuration.use(redis)
                    }
                    try await HubDatabases.with { databases in
                        try await RunningBackend.with(databases, change: configure) { one in
                            try await RunningBackend.with(databases, change: configure) { other in
                                let tenant = try await SampleTenant.create("acme", maxProjects: maxProjects, on: one)
                                let pair = Pair(
                                    databases: databases,
                                    redis: redis,
                                    tenant: tenant,
                                    one: one,
                                    other: other
                                )
                                try await pair.untilOpen()
                                try await body(pair)
                            }
                        }
                    }
                }
            }

            /// Waits until both backends use the cache.
            func untilOpen(within limit: Duration = .seconds(20)) async throws {
                for backend in [one, other] { try await backend.untilCaching(within: limit) }
            }

            /// The same person, by way of the other backend.
            func elsewhere(_ client: WebClient) -> WebClient { other.router(tenant.id).with(client.fields) }
        }

        @Test("A page is answered again as it was, and after a write as it is, whatever the filter and the backend")
        func encodedPages() async throws {
            try await Pair.with { pair in
                let client = try await pair.tenant.signedIn()
                let other = pair.elsewhere(client)
                let paths = ["", "?limit=2", "?limit=2&offset=2", "?search=b", "?status=not-started"]
                for number in 0..<4 {
                    let made = try await client.post("/api/projects", ["name": "b\(number)"])
                    #expect(made.status == 201)
                    let id = try made.decode(ProjectView.self).id
                    for path in paths {
                        let first = try await other.get("/api/projects\(path)")
                        let second = try await other.get("/api/projects\(path)")
                        #expect(first.status == 200)
                        #expect(second.body == first.body)
                        #expect(second["link"] == first["link"])
                        let total = try first.decode(Page<ProjectView>.self).total
                        #expect(total == number + 1, "\(path)")
                    }
                    #expect(try await client.put("/api/projects/\(id)", ["name": "b\(number) again"]).status == 200)
                    let page = try await other.get("/api/projects?limit=2").decode(Page<ProjectView>.self)
                    #expect(page.items.first?.name == "b\(number) again")
                }
            }
        }

        @Test("What was read once is served without the database, with any filter and page")
        func hits() async throws {
            try await Pair.with { pair in
                let client = try await pair.tenant.signedIn()
                for name in ["Alpha", "Beta", "Gamma"] { _ = try await client.createProject(name) }
                let first = try await client.projects("")
                #expect(first.items.map(\.name) == ["Gamma", "Beta", "Alpha"])
                let hits = try await pair.other.gauge("hub_cache_reads", "outcome=\"hit\"")
                // Behind the cache's back: whoever sees it has asked the database.
                _ = try pair.databases.inShard("UPDATE projects SET name = 'Changed'")
                let there = pair.elsewhere(client)
                #expect(try await there.projects("") == first)
                #expect(try await there.projects("?search=ALPH").items.map(\.name) == ["Alpha"])
                #expect(try await there.projects("?limit=1&offset=1").items.map(\.name) == ["Beta"])
                #expect(try await there.projects("?limit=1&offset=1").total == 3)
                #expect(try await there.projects("?status=completed").total == 0)
                // Ownership, person and list, five times.
                let more = try await pair.other.gauge("hub_cache_reads", "outcome=\"hit\"") - hits
                #expect(more == 15)
                // What only the database can compare, it compares.
                #expect(try await there.projects("?search=%C3%A4").total == 0)
            }
        }

        @Test("After a write every backend shows it at once")
        func invalidation() async throws {
            try await Pair.with { pair in
                let here = try await pair.tenant.signedIn()
                let there = pair.elsewhere(here)
                let project = try await here.createProject("Launch")
                for round in 1...10 {
                    let task = try await (round.isMultiple(of: 2) ? here : there).createTask("\(round)", in: project)
                    for client in [here, there] {
                        #expect(try await client.projects("").items.map(\.taskCount) == [round])
                    }
                    let done = try await there.patch("/api/tasks/\(task)/status", ["status": "completed"])
                    #expect(done.status == 200)
                    #expect(try await here.projects("").items.map(\.completedTaskCount) == [round])
                }
                #expect(try await there.delete("/api/projects/\(project)").status == 204)
                #expect(try await here.projects("").total == 0)
                let tenant = try await here.get("/api/tenants/\(pair.tenant.id)").decode(TenantView.self)
                #expect(tenant.usage == HubWire.TenantUsage(users: 1, projects: 0, tasks: 0))
                _ = try await pair.tenant.member("bob", by: there)
                let renamed = try await there.put("/api/tenants/\(pair.tenant.id)", ["name": "Acme & Co"])
                #expect(renamed.status == 200)
                let me = try await here.get("/api/auth/me").decode(MeAnswer.self)
                #expect(me.tenant?.name == "Acme & Co")
                #expect(me.tenant?.usage == HubWire.TenantUsage(users: 2, projects: 0, tasks: 0))
            }
        }

        @Test("A log-out, another role and a deletion count at once, on a backend that had the person in the cache")
        func people() async throws {
            try await Pair.with { pair in
                let administrator = try await pair.tenant.signedIn()
                let (id, bob) = try await pair.tenant.member("bob", by: administrator)
                let there = pair.elsewhere(bob)
                #expect(try await there.get("/api/auth/me").decode(MeAnswer.self).user.role == .user)
                #expect(try await administrator.put("/api/users/\(id)", ["role": "tenant_admin"]).status == 200)
                #expect(try await there.get("/api/auth/me").decode(MeAnswer.self).user.role == .tenantAdmin)
                let second = try await pair.tenant.signedIn("bob@example.com")
                let secondThere = pair.elsewhere(second)
                #expect(try await secondThere.get("/api/tasks").status == 200)
                #expect(try await second.send("POST", "/api/auth/logout").status == 204)
                #expect(try await secondThere.get("/api/tasks").status == 401)
                #expect(try await secondThere.get("/api/projects").status == 401)
                #expect(try await there.get("/api/projects").status == 200)
                #expect(try await administrator.delete("/api/users/\(id)").status == 204)
                #expect(try await there.get("/api/projects").status == 401)
            }
        }

        @Test("A value that no backend has put there is refused, counted and replaced")
        func forgery() async throws {
            try await Pair.with { pair in
                let client = try await pair.tenant.signedIn()
                _ = try await client.createProject("Real")
                let before = try await client.projects("")
                let epoch = try pair.databases.inShard("SELECT epoch FROM cache_gate")[0]
                let prefix = "hub:cache:us-1:\(epoch):{\(pair.tenant.id)}:1:"
                // A sealed value of another item.
                #expect(try pair.redis.ask("COPY \(prefix)ownership \(prefix)projects REPLACE") == ":1")
                #expect(try await client.projects("") == before)
                #expect(try await pair.one.gauge("hub_cache_refused_values") == 1)
                #expect(try pair.redis.ask("SET \(prefix)projects Vnonsense") == "+OK")
                #expect(try await client.projects("") == before)
                #expect(try await pair.one.gauge("hub_cache_refused_values") == 2)
                let hits = try await pair.one.gauge("hub_cache_reads", "outcome=\"hit\"")
                _ = try await client.projects("")
                _ = try await client.projects("")
                #expect(try await pair.one.gauge("hub_cache_reads", "outcome=\"hit\"") - hits >= 5)
            }
        }

        @Test("Redis emptied, killed or stopped fails no request, makes none wrong, and is in use again afterwards")
        func faults() async throws {
            try await Pair.with { pair in
                let here = try await pair.tenant.signedIn()
                let there = pair.elsewhere(here)
                let project = try await here.createProject("Launch")
                var tasks = 0
                func check() async throws {
                    _ = try await there.createTask("task", in: project)
                    tasks += 1
                    for client in [here, there] {
                        #expect(try await client.projects("").items.map(\.taskCount) == [tasks])
                    }
                }
                try await check()
                try pair.redis.flushAll()
                try await check()
                try await pair.untilOpen()
                try await check()
                pair.redis.kill9()
                try await check()
                try await check()
                try await pair.redis.start()
                try await pair.untilOpen(within: .seconds(40))
                try await check()
                pair.redis.sigstop()
                try await check()
                pair.redis.sigcont()
                try await check()
                try await pair.untilOpen(within: .seconds(80))
                try await check()
                #expect(try await pair.one.gauge("hub_cache_inconsistent") == 0)
            }
        }

        @Test("A list too long for the cache is answered by the database")
        func longList() async throws {
            try await Pair.with(maxProjects: 2000) { pair in
                let client = try await pair.tenant.signedIn()
                _ = try await client.createProject("First")
                #expect(try await client.projects("").total == 1)
                _ = try pair.databases.inShard(
                    """
                    INSERT INTO projects (id, tenantId, name)
                    SELECT gen_random_uuid(), '\(pair.tenant.id)', 'P' || n FROM generate_series(1, 1000) AS n
                    """
                )
                _ = try await client.createProject("Last")
                #expect(try await client.projects("?limit=5").total == 1002)
                #expect(try await client.projects("?search=last").items.map(\.name) == ["Last"])
                let tenant = try await client.get("/api/tenants/\(pair.tenant.id)").decode(TenantView.self)
                #expect(tenant.usage.projects == 1002)
            }
        }

        @Test("A Redis that would evict fences is not used")
        func wrongPolicy() async throws {
            try await RedisServer.withServer(options: ["--maxmemory-policy", "allkeys-lru"]) { redis in
                try await HubDatabases.with { databases in
                    try await RunningBackend.with(databases, change: { $0.use(redis) }) { backend in
                        let tenant = try await SampleTenant.create("acme", on: backend)
                        let client = try await tenant.signedIn()
                        _ = try await client.createProject("P")
                        try await waitFor("the backend to say why") {
                            try await backend.stranger.get("/ready").text.contains("maxmemory-policy")
                        }
                        #expect(try await client.projects("").total == 1)
                        #expect(try await backend.gauge("hub_cache_open") == 0)
                    }
                }
            }
        }
    }
}

extension RunningBackend {
    /// The value of a gauge of this backend.
    fileprivate func gauge(_ name: String, _ label: String? = nil) async throws -> Double {
        let page = try await WebClient(port: adminPort, fields: [:]).get("/metrics").text
        let start = label.map { "\(name){\($0)}" } ?? name
        let line = page.split(separator: "\n").first { $0.hasPrefix("\(start) ") }
        return try #require(line.flatMap { Double($0.dropFirst(start.count + 1)) }, "no \(start) among the metrics")
    }
}

extension WebClient {
    fileprivate func projects(_ query: String) async throws -> Page<ProjectView> {
        let answer = try await get("/api/projects\(query)")
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.decode(Page<ProjectView>.self)
    }
}
