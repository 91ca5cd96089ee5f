import AppFixtures
import ControlApp
import HubModel
import HubTesting
import HubWire
import Postgres
import Testing

extension ControlAppTests {
    @Suite("Warming caches and looking at them")
    struct CacheTests {
        private struct Hub: Sendable {
            let databases: HubDatabases
            let control: RunningControl
            let backend: RunningBackend
            let client: WebClient
            let tenants: [TenantID]

            func warm(_ json: String) async throws -> WarmCacheAnswer {
                let answer = try await client.send("POST", "/api/cache/warm", body: Array(json.utf8))
                try #require(answer.status == 200, "\(answer.text)")
                return try answer.decode(WarmCacheAnswer.self)
            }

            func status(_ json: String) async throws -> WebAnswer {
                try await client.send("POST", "/api/cache/warm", body: Array(json.utf8))
            }

            var trail: Page<DirectoryAuditLogView> {
                get async throws { try await client.get("/api/audit-logs?action=WARM_CACHE").decode() }
            }
        }

        /// Lends a hub of one shard with the tenants `tenant-1` … and a super admin.
        ///
        /// - Parameter more: the ports of further backends of the shard.
        private func withHub(
            tenants count: Int,
            more: [Int] = [],
            change: @Sendable (inout ControlConfiguration) -> Void = { _ in },
            _ body: @Sendable (Hub) async throws -> Void
        ) async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.withCache(databases) { backend in
                    let ports = [backend.port] + more
                    try await RunningControl.with(databases, backends: ports, change: change) { control in
                        let client = try await control.operatorClient()
                        var tenants: [TenantID] = []
                        for number in 1...count {
                            let name = SignUpTests.request.merging(["subdomain": "tenant-\(number)"]) { $1 }
                            let answer = try await client.post("/api/tenants", name)
                            try #require(answer.status == 201, "\(answer.text)")
                            tenants.append(try answer.decode(RegisterTenantAnswer.self).tenant.id)
                        }
                        try await body(
                            Hub(
                                databases: databases,
                                control: control,
                                backend: backend,
                                client: client,
                                tenants: tenants
                            )
                        )
                    }
                }
            }
        }

        /// Adds a shard on which a tenant `far-1` … is, as far as the directory knows.
        private func addShard(_ name: String, tenants: Int, backend port: Int?, to hub: Hub) throws {
            _ = try hub.databases.inDirectory("INSERT INTO shards (id, region) VALUES ('\(name)', 'us')")
            if let port {
                _ = try hub.databases.inDirectory(
                    """
                    INSERT INTO backends (name, shard, host, port, adminHost, adminPort)
                    VALUES ('backend-\(name)', '\(name)', '127.0.0.1', \(port), '127.0.0.1', \(port))
                    """
                )
            }
            _ = try hub.databases.inDirectory(
                """
                INSERT INTO tenants (id, subdomain, name, shard)
                SELECT gen_random_uuid(), 'far-' || n, 'Far', '\(name)' FROM generate_series(1, \(tenants)) AS n
                """
            )
        }

        @Test("A tenant is warmed by its subdomain or its id, and each call is in the trail once")
        func one() async throws {
            try await withHub(tenants: 2) { hub in
                for reference in ["tenant-1", "\(hub.tenants[0])"] {
                    let answer = try await hub.warm(#"{"tenant": "\#(reference)"}"#)
                    #expect(answer.tenants == 1 && answer.warmed == 1 && answer.failures == [] && answer.next == nil)
                }
                let trail = try await hub.trail
                #expect(trail.total == 2)
                let entry = try #require(trail.items.first)
                #expect(entry.tenantId == hub.tenants[0] && entry.entityType == "cache")
                #expect(entry.user?.fullName == "Super Admin")
                #expect(entry.changes?["after"]?["tenant"] == .string("tenant-1"))
            }
        }

        @Test("A call is about exactly one tenant, one shard or all, and says what is wrong with it")
        func badInput() async throws {
            try await withHub(tenants: 1) { hub in
                for (json, field) in [
                    (#"{}"#, "tenant"), (#"{"all": false}"#, "tenant"), (#"{"tenant": "a", "all": true}"#, "tenant"),
                    (#"{"tenant": "tenant-1", "shard": "us-1"}"#, "tenant"),
                    (#"{"shard": "us-1", "all": true}"#, "tenant"), (#"{"all": 1}"#, "all"),
                    (#"{"all": true, "concurrency": 0}"#, "concurrency"),
                    (#"{"all": true, "concurrency": 33}"#, "concurrency"), (#"{"all": true, "limit": 0}"#, "limit"),
                    (#"{"all": true, "after": "somewhere"}"#, "after"), (#"{"shard": "US 1"}"#, "shard"),
                    (#"{"all": true, "dryrun": true}"#, "dryrun"),
                ] {
                    let answer = try await hub.status(json)
                    #expect(answer.status == 400, "\(json)")
                    #expect(try answer.wrongFields == [field], "\(json)")
                }
                for json in [#"{"tenant": "nobody"}"#, #"{"tenant": "\#(hub.backend.port)"}"#, #"{"shard": "us-9"}"#] {
                    #expect(try await hub.status(json).status == 404, "\(json)")
                }
                #expect(try await hub.client.get("/api/cache?shard=us-9").status == 404)
                #expect(try await hub.client.get("/api/cache?tenants=101").wrongFields == ["tenants"])
                #expect(try await hub.trail.total == 0)
            }
        }

        @Test("Only super admins may, a tenant's administrator no more than a stranger")
        func roles() async throws {
            try await withHub(tenants: 1) { hub in
                let people = hub.backend.router(hub.tenants[0])
                let login = LoginRequest(email: "peter@initrode.com", password: "Stapler#1999")
                let token = try await people.post("/api/auth/login", login).decode(LoginAnswer.self).token
                for client in [hub.control.stranger, hub.control.stranger.bearing(token)] {
                    #expect(try await client.get("/api/cache").status == 401)
                    #expect(try await client.post("/api/cache/warm", ["tenant": "tenant-1"]).status == 401)
                }
                #expect(try await hub.trail.total == 0)
            }
        }

        @Test("A dry run counts, and neither asks a backend nor leaves an entry")
        func dryRun() async throws {
            try await withHub(tenants: 3) { hub in
                _ = try hub.databases.inDirectory("UPDATE tenants SET state = 'suspended' WHERE subdomain = 'tenant-2'")
                // Were it asked, this shard would fail.
                try addShard("us-2", tenants: 2, backend: try freePort(), to: hub)
                let answer = try await hub.warm(#"{"all": true, "dryRun": true}"#)
                #expect(answer.tenants == 5 && answer.warmed == 4 && answer.skipped == 1 && answer.failed == 0)
                #expect(answer.skips.map(\.subdomain.rawValue) == ["tenant-2"])
                #expect(answer.filled == 0 && answer.remaining == 0 && answer.next == nil)
                #expect(try await hub.trail.total == 0)
            }
        }

        @Test("Tenants that are suspended, held, being erased or elsewhere are skipped with the reason")
        func skips() async throws {
            try await withHub(tenants: 5) { hub in
                for (number, state) in [(1, "suspended"), (2, "held"), (3, "deleting")] {
                    _ = try hub.databases.inDirectory(
                        "UPDATE tenants SET state = '\(state)' WHERE subdomain = 'tenant-\(number)'"
                    )
                }
                _ = try hub.databases.inShard(
                    "UPDATE tenant_ownership SET epoch = 2 WHERE tenantId = '\(hub.tenants[3])'"
                )
                let answer = try await hub.warm(#"{"shard": "us-1"}"#)
                #expect(answer.warmed == 1 && answer.skipped == 4 && answer.failed == 0)
                #expect(answer.skips.map(\.tenantId) == Array(hub.tenants[..<4]))
                for (skip, word) in zip(answer.skips, ["suspended", "cutover", "erased", "moved"]) {
                    #expect(skip.reason.contains(word), "\(skip.reason)")
                }
            }
        }

        @Test("The tenants of a shard that is down fail with one sentence each, and the others are warmed")
        func outage() async throws {
            try await withHub(tenants: 3) { hub in
                try addShard("us-2", tenants: 30, backend: try freePort(), to: hub)
                try addShard("us-3", tenants: 0, backend: nil, to: hub)
                let answer = try await hub.warm(#"{"all": true}"#)
                #expect(answer.tenants == 33 && answer.warmed == 3 && answer.failed == 30)
                #expect(answer.failures.count == WarmCacheAnswer.reasonLimit)
                for failure in answer.failures {
                    #expect(
                        failure.shard.rawValue == "us-2" && failure.reason == "backend backend-us-2 cannot be reached"
                    )
                }
                #expect(try await hub.trail.total == 1)
            }
        }

        @Test("With one of a shard's two backends down every tenant is warmed")
        func backendDown() async throws {
            try await withHub(tenants: 4, more: [try freePort()]) { hub in
                let answer = try await hub.warm(#"{"shard": "us-1", "concurrency": 1}"#)
                #expect(answer.warmed == 4 && answer.failed == 0)
            }
        }

        @Test("A walk in parts meets every tenant once, those that come during it too", arguments: [1, 2, 3, 32])
        func walk(limit: Int) async throws {
            try await withHub(tenants: 5) { hub in
                var cursor = ""
                var counted = 0
                var calls = 0
                var isSignedUp = false
                repeat {
                    let answer = try await hub.warm(#"{"all": true, "limit": \#(limit)\#(cursor)}"#)
                    #expect(answer.tenants <= limit && answer.warmed == answer.tenants)
                    #expect((answer.next == nil) == (answer.remaining == 0))
                    counted += answer.warmed
                    calls += 1
                    guard let next = answer.next else { break }
                    cursor = #", "after": "\#(next)""#
                    if !isSignedUp {
                        isSignedUp = true
                        let late = SignUpTests.request.merging(["subdomain": "late"]) { $1 }
                        #expect(try await hub.client.post("/api/tenants", late).status == 201)
                    }
                } while calls < 10
                #expect(counted == (limit < 5 ? 6 : 5))
                #expect(try await hub.trail.total == calls)
            }
        }

        @Test("A call begins with no more tenants when its time is up, and the next one goes on")
        func budget() async throws {
            try await withHub(tenants: 3, change: { $0.warmingBudget = .zero }) { hub in
                var cursor = ""
                for remaining in [2, 1, 0] {
                    let answer = try await hub.warm(#"{"shard": "us-1"\#(cursor)}"#)
                    #expect(answer.warmed == 1 && answer.remaining == remaining)
                    cursor = answer.next.map { #", "after": "\#($0)""# } ?? ""
                }
                #expect(cursor == "")
            }
        }

        @Test("Only so many tenants of a shard are read at once", arguments: [1, 2])
        func concurrency(limit: Int) async throws {
            try await withHub(tenants: 5) { hub in
                let waiting =
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(hub.databases.shard)' "
                    + "AND wait_event_type = 'Lock'"
                // The owner holds what every reader of projects needs.
                let configuration = hub.databases.cluster.configuration(database: hub.databases.shard)
                let answer = try await withPool(configuration) { pool in
                    try await withThrowingTaskGroup(of: WarmCacheAnswer.self) { group in
                        try await pool.withTransaction { transaction in
                            try await transaction.script("LOCK TABLE projects, users, tenants IN ACCESS EXCLUSIVE MODE")
                            group.addTask { try await hub.warm(#"{"all": true, "concurrency": \#(limit)}"#) }
                            try await waitFor("readers to wait") {
                                Int(try hub.databases.inShard(waiting)[0]) ?? 0 >= limit
                            }
                            // Time enough for another one, were there any.
                            for _ in 1...3 { _ = try await hub.client.get("/api/cache") }
                            let readers = try hub.databases.inShard(waiting)
                            #expect(readers == ["\(limit)"])
                        }
                        return try #require(try await group.next())
                    }
                }
                #expect(answer.warmed == 5)
            }
        }

        @Test("A super admin switches a shard's cache off for a reason, which is in the trail, and on again")
        func turning() async throws {
            try await withHub(tenants: 1) { hub in
                func turn(_ shard: String, _ json: String) async throws -> WebAnswer {
                    try await hub.client.send("PUT", "/api/cache/\(shard)", body: Array(json.utf8))
                }
                func gate() async throws -> CacheGateView? {
                    try await hub.client.get("/api/cache").decode(Page<ShardCacheView>.self).items[0].backends[0].gate
                }
                let unreasoned = try await turn("us-1", #"{"on": false}"#)
                #expect(unreasoned.status == 400)
                #expect(try unreasoned.wrongFields == ["reason"])
                #expect(try await turn("us-9", #"{"on": true}"#).status == 404)
                #expect(try await turn("us-1", #"{"on": false, "reason": "A new Redis"}"#).status == 204)
                try await waitFor("the backend to know") {
                    let gate = try await gate()
                    return gate?.mode == .off && gate?.isHeld == true
                }
                #expect(try await gate()?.reason == "an operator switched it off: A new Redis")
                #expect(try await turn("us-1", #"{"on": true}"#).status == 204)
                try await waitFor("the gate to open") {
                    let gate = try await gate()
                    return gate?.mode == .on && gate?.isHeld == false
                }
                let trail = try await hub.client.get("/api/audit-logs?action=UPDATE_SHARD")
                    .decode(Page<DirectoryAuditLogView>.self)
                #expect(trail.items.map(\.entityType) == ["cache", "cache"])
                let off: [String: JSONValue] = [
                    "shard": .string("us-1"), "cache": .string("off"), "reason": .string("A new Redis"),
                ]
                #expect(trail.items[1].changes == .object(["after": .object(off)]))
            }
        }

        @Test("Every backend of a shard says how its cache is; one that does not answer is told of")
        func status() async throws {
            try await withHub(tenants: 1, more: [try freePort()]) { hub in
                let answer = try await hub.client.get("/api/cache")
                #expect(answer.status == 200, "\(answer.text)")
                let page = try answer.decode(Page<ShardCacheView>.self)
                let shard = try #require(page.items.first)
                #expect(page.total == 1 && shard.shard.rawValue == "us-1" && shard.backends.count == 2)
                #expect((shard.server?.usedBytes ?? 0) > 0)
                let (up, down) = (shard.backends[0], shard.backends[1])
                #expect(up.gate?.mode == .on && up.gate?.isLeased == true && up.error == nil)
                #expect(up.counts?.inconsistent == 0)
                #expect(down.gate == nil && down.counts == nil)
                #expect(down.error == "backend backend-us-1-1 cannot be reached")
                let same = try await hub.client.get("/api/cache?shard=us-1&tenants=0").decode(Page<ShardCacheView>.self)
                #expect(same.items.map(\.shard) == page.items.map(\.shard) && same.items[0].tenants == [])
            }
        }
    }
}
