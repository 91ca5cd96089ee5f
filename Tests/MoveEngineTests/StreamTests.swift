import Caching
import FoundationEssentials
import HubModel
import HubTesting
import MoveEngine
import Postgres
import ShardStore
import Testing

extension MoveTests {
    @Suite("Streams")
    struct StreamTests {
        @Test("A change that does not fit stops the stream, and that is said in a sentence")
        func applyError() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await shards.stream(engine)
                let task = TaskID.make(at: Timestamp(microseconds: 1_750_000_000_000_000))
                let insert = """
                    INSERT INTO tasks (tenantId, id, projectId, title)
                    SELECT tenantId, '\(task)', id, 't' FROM projects WHERE tenantId = '\(shards.tenant)' LIMIT 1
                    """
                _ = try await shards.target.pool.query(PostgresQuery(unsafeSQL: insert))
                _ = try await shards.source.pool.query(PostgresQuery(unsafeSQL: insert))
                let error = await expect(.stopped) { try await engine.drain(engine.mark(), within: .seconds(60)) }
                #expect(error?.message.contains("the stream to target stopped at an error") == true)
                let state = try await engine.streamState()
                guard case .stopped(let reason) = state.subscription else {
                    Issue.record("\(state)")
                    return
                }
                #expect(reason.contains(engine.stream.description) && !reason.contains("secret"))
                try await engine.clear()
                let left = try await (shards.objects(at: shards.source), shards.objects(at: shards.target))
                #expect(left == (0, 0))
            }
        }

        @Test("Streams are dropped while they are read, and when the other side does not answer")
        func dropping() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await shards.stream(engine)
                try await waitFor("the stream to run") {
                    try await engine.streamState().subscription == .enabled(isApplying: true)
                }
                let state = try await engine.streamState()
                #expect(state.lag != nil && state.confirmed != nil && !state.isLost)
                // The slot first, against the order in which the engine goes.
                let janitor = MoveJanitor(shards.source)
                let found = try await janitor.sweep { () throws(MoveError) in [] }
                #expect(found.removed.contains("slot \(engine.stream)") && found.left == [], "\(found)")
                // So it looks after a failover, too: a replica has no logical slots.
                #expect(try await engine.streamState().isLost)
                try await engine.dropStreams()
                let left = try await (shards.objects(at: shards.source), shards.objects(at: shards.target))
                #expect(left == (0, 0))
            }
        }

        @Test("A janitor removes what dead moves have left and nothing of a live one")
        func janitor() async throws {
            try await withMove(projects: [2]) { shards in
                let live = try shards.engine()
                try await shards.stream(live)
                try await live.openReverse()
                let dead = MoveID.make(at: Timestamp(microseconds: 1_730_000_000_000_000))
                let name = StreamName(move: dead, generation: 3, direction: .reverse).description
                for side in [shards.source, shards.target] {
                    _ = try await side.pool.query(
                        PostgresQuery("CREATE PUBLICATION \(identifier: name) FOR TABLE tasks").unprepared
                    )
                    _ = try await side.pool.query(
                        "SELECT pg_create_logical_replication_slot(\(name), 'pgoutput')"
                    )
                }
                _ = try await shards.target.pool.query(
                    """
                    INSERT INTO tenant_ownership (tenantId, epoch, state, moveId, attempt)
                    VALUES (gen_random_uuid(), 1, 'importing', \(dead.uuid), 1)
                    """
                )
                _ = try await shards.source.pool.query("CREATE PUBLICATION other FOR TABLE tasks")
                var removed: [[String]] = []
                for side in [shards.source, shards.target] {
                    let findings = try await MoveJanitor(side).sweep { () throws(MoveError) in [shards.move] }
                    #expect(findings.left == [])
                    removed.append(findings.removed.sorted())
                }
                #expect(removed[0] == ["publication \(name)", "slot \(name)"])
                #expect(removed[1].count == 3 && removed[1][0].hasPrefix("ownership of tenant"))
                let kept = try await (shards.objects(at: shards.source), shards.objects(at: shards.target))
                #expect(kept == (2, 3))
                try await live.drain(live.mark(), within: .seconds(20))

                let places = try await TenantPlaces.find(shards.tenant, in: shards.source.pool)
                #expect(places.slots == [live.stream.description] && places.publications == places.slots)
                #expect(places.ownership == "active at epoch 1, held by move \(shards.move), attempt 1")
                #expect(places.tables.contains { $0.table == "tasks" && $0.rows == 2 })
                try await live.clear()
            }
        }

        @Test("The password of a shard is in no statement and in no log")
        func secrets() async throws {
            try await withMove(projects: [1]) { shards in
                for side in [shards.source, shards.target] {
                    _ = try await side.pool.query("ALTER SYSTEM SET log_statement = 'all'")
                    _ = try await side.pool.query("SELECT pg_reload_conf()")
                }
                let engine = try shards.engine()
                try await shards.stream(engine)
                // One that fails: the subscription is there.
                try await engine.subscribe()
                try await engine.dropStreams()
                await expect(.refused) { try await engine.subscribe() }
                for cluster in [try MoveClusters.source.get(), try MoveClusters.target.get()] {
                    let log = try String(contentsOfFile: "\(cluster.directory)/postgres.log", encoding: .utf8)
                    #expect(log.contains("hub_require_move"), "statements are logged")
                    for other in [try MoveClusters.source.get(), try MoveClusters.target.get()] {
                        #expect(!log.contains(other.password))
                    }
                }
                for side in [shards.source, shards.target] {
                    _ = try await side.pool.query("ALTER SYSTEM RESET log_statement")
                    _ = try await side.pool.query("SELECT pg_reload_conf()")
                }
                try await engine.clear()
            }
        }

        @Test("The cache of a source without backends is shut until it is reopened, and only then is the tenant frozen")
        func cache() async throws {
            try await withMove(projects: [1]) { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                let gate = CacheGateStore(pool: shards.source.pool)
                let isOpen = try await gate.open(after: GateEpoch(rawValue: 0)) {
                    GateServer(run: RunID(rawValue: "run"), nonce: GateNonce(high: 1, low: 2))
                }
                #expect(isOpen)
                await expect(.late) { try await engine.freeze(at: .first, within: .seconds(1)) }
                let serving = try await engine.ownership(at: shards.source)
                #expect(serving?.state == .active)
                for _ in 0..<2 { try await engine.shutCache() }
                let shut = try await gate.observe(objecting: false, as: "test")
                #expect(shut.row.mode == .off && shut.isObjected)
                for _ in 0..<2 { try await engine.freeze(at: .first, within: .seconds(1)) }
                let frozen = try await engine.ownership(at: shards.source)
                #expect(frozen?.state == .frozen)
                try await engine.reopenCache()
                let reopened = try await gate.observe(objecting: false, as: "test")
                #expect(!reopened.isObjected)
                try await engine.clear()
            }
        }

        @Test("What a lost mover has shut is not shut for ever")
        func lostShutdown() async throws {
            try await withMove(projects: [1]) { shards in
                var timing = CacheTiming()
                timing.objection = .milliseconds(300)
                try await shards.engine().shutCache(timing: timing)
                let gate = CacheGateStore(pool: shards.source.pool, timing: timing)
                try await waitFor("the objection to end", within: .seconds(5)) {
                    try await !gate.observe(objecting: false, as: "test").isObjected
                }
            }
        }
    }
}
