import FoundationEssentials
import HubModel
import HubTesting
import Logging
import Migrations
import MoveEngine
import Postgres
import ShardStore
import Testing

extension MoveTests {
    @Suite("Surveys")
    struct SurveyTests {
        @Test("What can be moved is measured, and nothing is changed")
        func possible() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                let before = try await shards.digest(of: shards.tenant, at: shards.source)
                let survey = try await engine.survey()
                #expect(survey.refusals == [])
                let counted = try await engine.countRows(at: shards.source)
                #expect(survey.tables.map(\.rows) == counted.map(\.rows))
                #expect(survey.bytes > survey.rows * 40 && survey.estimatedCopy > .zero)
                let after = try await shards.digest(of: shards.tenant, at: shards.source)
                #expect(after == before)
                let ownership = try await engine.ownership(at: shards.target)
                #expect(ownership == nil)
                try await shards.stream(engine)
                let again = try await engine.survey()
                #expect(again.refusals == [], "a move is not in its own way")
                try await engine.clear()
            }
        }

        @Test("Whatever stands in the way is said in a sentence that names the shard")
        func refusals() async throws {
            try await withMove(projects: [1]) { shards in
                let engine = try shards.engine()
                for (where_, sql, undo, words) in [
                    (
                        shards.target, "ALTER TABLE tasks ADD extra text", "ALTER TABLE tasks DROP extra",
                        ["only target has column tasks.extra text", "migrate"]
                    ),
                    (
                        shards.source, "CREATE INDEX more ON tasks (tenantId, title)", "DROP INDEX more",
                        ["only source has index CREATE INDEX more"]
                    ),
                    (
                        shards.target, "ALTER TABLE users DROP CONSTRAINT ck_users_role",
                        """
                        ALTER TABLE users ADD CONSTRAINT ck_users_role CHECK (role IN ('super_admin', 'tenant_admin', 'user'))
                        """, ["only source has constraint ck_users_role of users"]
                    ),
                    (
                        shards.source, "ALTER TABLE sessions REPLICA IDENTITY NOTHING",
                        "ALTER TABLE sessions REPLICA IDENTITY DEFAULT",
                        ["sessions at source has a replica identity without the tenant"]
                    ),
                    (
                        shards.target, "UPDATE schema_migrations SET checksum = 'x' || checksum WHERE version = 2",
                        "UPDATE schema_migrations SET checksum = substr(checksum, 2) WHERE version = 2",
                        ["only target has migration 2 workspace x"]
                    ),
                    (
                        shards.source, "UPDATE tenant_ownership SET state = 'frozen'",
                        "UPDATE tenant_ownership SET state = 'active'", ["the tenant is frozen at source"]
                    ),
                    (
                        shards.target, "UPDATE tenants SET subdomain = 'moves'",
                        "UPDATE tenants SET subdomain = 'there'",
                        ["another tenant of target has the subdomain moves"]
                    ),
                    (
                        shards.target,
                        "INSERT INTO tenant_ownership (tenantId, epoch, state) VALUES ('\(shards.tenant)', 1, 'active')",
                        "DELETE FROM tenant_ownership WHERE tenantId = '\(shards.tenant)'",
                        ["target has the tenant already, active"]
                    ),
                ] {
                    _ = try await where_.pool.query(PostgresQuery(unsafeSQL: sql).unprepared)
                    let refusals = try await engine.survey().refusals.joined(separator: "\n")
                    for word in words { #expect(refusals.contains(word), "\(sql): \(refusals)") }
                    _ = try await where_.pool.query(PostgresQuery(unsafeSQL: undo).unprepared)
                }
                let clean = try await engine.survey()
                #expect(clean.refusals == [])
            }
        }

        @Test("A shard is the source of two moves at once; the ways back of moves that came to it are not in the way")
        func crowded() async throws {
            try await withMove(projects: [1]) { shards in
                let engine = try shards.engine()
                let others = (0..<2).map { _ in MoveID(UUID()) }
                for (direction, refused) in [(StreamName.Direction.reverse, false), (.forward, true)] {
                    let slots = others.map { StreamName(move: $0, generation: 1, direction: direction).description }
                    for slot in slots {
                        _ = try await shards.source.pool.query(
                            "SELECT pg_create_logical_replication_slot(\(slot), 'pgoutput')"
                        )
                    }
                    let survey = try await engine.survey()
                    for slot in slots {
                        _ = try await shards.source.pool.query("SELECT pg_drop_replication_slot(\(slot))")
                    }
                    let isRefused = survey.refusals.contains { $0.contains("source is the source of 2 moves already") }
                    #expect(isRefused == refused, "\(survey.refusals)")
                    #expect(survey.otherMoves == (refused ? others.sorted() : []))
                }
            }
        }

        @Test(
            "Whether the servers reach each other and how much the target can write is found out, and nothing of it stays"
        )
        func servers() async throws {
            try await withMove(projects: [1]) { shards in
                let survey = try await shards.engine().survey()
                let checks = survey.checks.joined(separator: "\n")
                for word in ["target reaches that of source", "source reaches that of target", "target has "] {
                    #expect(checks.contains(word), "\(checks)")
                }
                #expect(survey.unknowns == [] && (survey.freeBytes ?? 0) > 1 << 20)
                for side in [shards.source, shards.target] {
                    let left = try await side.pool.query(
                        "SELECT FROM pg_subscription WHERE subname = 'hub_trial' UNION ALL SELECT FROM pg_class WHERE relname = 'hub_free_disk'"
                    ).count
                    #expect(left == 0)
                }
                var nowhere = shards.source.peer
                nowhere.hosts = [PostgresHost("127.0.0.1", 1)]
                let cutOff = MoveEngine(
                    try shards.engine().claim,
                    from: MoveSide(shard: shards.source.shard, pool: shards.source.pool, peer: nowhere),
                    to: shards.target,
                    reactors: try MoveClusters.reactors.get(),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                let refusals = try await cutOff.survey().refusals
                #expect(
                    refusals.count == 1 && refusals[0].contains("target does not reach that of source at 127.0.0.1:1")
                )
                let password = try MoveClusters.source.get().password
                #expect(!refusals[0].contains(password))
            }
        }

        @Test("A server that cannot replicate is refused with the setting that helps")
        func settings() async throws {
            try await PostgresCluster.withCluster(settings: ["max_replication_slots": "0", "max_wal_senders": "0"]) {
                cluster in
                try await cluster.withDatabase { configuration in
                    try await PostgresPool.withPool(configuration) { pool in
                        _ = try await Migrator(schema: ShardSchema.schema).apply(pool)
                        try await withMove(projects: [1]) { shards in
                            let poor = MoveSide(shard: ShardID("poor")!, pool: pool, peer: configuration)
                            let engine = MoveEngine(
                                try shards.engine().claim,
                                from: shards.source,
                                to: poor,
                                reactors: try MoveClusters.reactors.get(),
                                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                            )
                            let refusals = try await engine.survey().refusals.joined(separator: "\n")
                            for word in [
                                "poor has wal_level = replica; set wal_level = logical", "raise max_replication_slots",
                            ] {
                                #expect(refusals.contains(word), "\(refusals)")
                            }
                        }
                    }
                }
            }
        }
    }
}
