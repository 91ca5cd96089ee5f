import HubColumns
import HubModel
import HubTesting
import Logging
import MoveEngine
import Postgres
import ShardStore
import Testing

extension MoveTests {
    @Suite("Bringing a tenant back to a moment")
    struct Rewinds {
        private static let note = RewindNote(moment: "then", by: "a test")
        private static let restored = ["tenants", "users", "projects", "tasks"]

        @Test(
            "Whatever has changed since, the tenant is again what it was, its neighbour is not touched, and counters are right"
        )
        func exchange() async throws {
            try await withRewind { shards, engine in
                let then = try await shards.digest(of: shards.tenant, at: shards.source)
                let neighbour = try await shards.digest(of: shards.neighbours[1], at: shards.target)
                try await change(shards)
                let staged = try await stage(engine)
                let tasks = try #require(try await engine.differences(from: staged).first { $0.table == "tasks" })
                #expect(tasks.then == 47 && tasks.added == 3 && tasks.deleted > 0 && tasks.changed > 0)
                try await take(engine)
                let moment = try await engine.exchange(at: Epoch(rawValue: 2), staged, Self.note)
                #expect(moment > Timestamp(microseconds: 0))
                #expect(try await engine.endRewind(at: Epoch(rawValue: 2)) == .restored(name: "moves"))
                let now = try await shards.digest(of: shards.tenant, at: shards.target)
                for table in Self.restored { #expect(now[table] == then[table], "\(table)") }
                #expect(try await shards.digest(of: shards.neighbours[1], at: shards.target) == neighbour)
                #expect(try await engine.orphans().isEmpty)
                let counted = try await shards.target.pool.query(
                    """
                    SELECT (SELECT sum(tasks) FROM task_counts WHERE tenantId = \(shards.tenant)), epoch, state, attempt IS NULL
                    FROM tenant_ownership WHERE tenantId = \(shards.tenant)
                    """
                ).single().decode((Int.self, Epoch.self, OwnershipState.self, Bool.self))
                #expect(counted == (47, Epoch(rawValue: 3), .active, true))
                let trail = try await shards.target.pool.query(
                    """
                    SELECT count(*) FROM audit_logs
                    WHERE tenantId = \(shards.tenant) AND action = 'RESTORE_TENANT' AND id = \(engine.claim.move.uuid)
                    """
                ).single().decode(Int.self, at: 0)
                #expect(trail == 1)
            }
        }

        @Test(
            "What was altered after it was compared is found before the commit: the tenant is as it was, and served again"
        )
        func altered() async throws {
            try await withRewind { shards, engine in
                try await change(shards)
                let changed = try await shards.digest(of: shards.tenant, at: shards.target)
                let staged = try await stage(engine)
                let name = "hub_rewind_" + shards.tenant.description.replacing("-", with: "")
                let alteration: PostgresQuery = """
                    UPDATE \(unescaped: name).tasks SET title = 'Altered'
                    WHERE id = (SELECT min(id::text)::uuid FROM \(unescaped: name).tasks)
                    """
                _ = try await shards.target.pool.query(alteration)
                try await take(engine)
                await expect(.failed) { try await engine.exchange(at: Epoch(rawValue: 2), staged, Self.note) }
                #expect(try await engine.endRewind(at: Epoch(rawValue: 2)) == .unchanged)
                #expect(try await engine.endRewind(at: Epoch(rawValue: 2)) == .unchanged)
                #expect(try await shards.digest(of: shards.tenant, at: shards.target) == changed)
            }
        }

        @Test("Who was only paused can do nothing after another has ended its restore")
        func paused() async throws {
            try await withRewind { shards, engine in
                try await change(shards)
                let changed = try await shards.digest(of: shards.tenant, at: shards.target)
                let staged = try await stage(engine)
                try await take(engine)
                let other = MoveEngine(
                    MoveClaim(move: engine.claim.move, tenant: shards.tenant, attempt: 2, generation: 1),
                    from: engine.source,
                    to: engine.target,
                    reactors: try MoveClusters.reactors.get(),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                #expect(try await other.endRewind(at: Epoch(rawValue: 2)) == .unchanged)
                await expect(.superseded) { try await engine.exchange(at: Epoch(rawValue: 2), staged, Self.note) }
                await expect(.superseded) { try await engine.claimForRewind() }
                await expect(.notHeld) { try await other.claimForRewind() }
                #expect(try await shards.digest(of: shards.tenant, at: shards.target) == changed)
            }
        }

        @Test("A stage that nobody uses is removed by the janitor, and one that is used is not")
        func leftover() async throws {
            try await withRewind { shards, engine in
                _ = try await stage(engine)
                let janitor = MoveJanitor(shards.target)
                let found = try await engine.withStages { try await janitor.sweep { () throws(MoveError) in [] } }
                #expect(!found.removed.contains { $0.hasPrefix("stage") })
                let later = try await janitor.sweep { () throws(MoveError) in [] }
                #expect(later.removed.count { $0.hasPrefix("stage hub_rewind_") } == 1)
            }
        }

        // MARK: - Private

        /// Lends a tenant that the target serves at epoch 2; the source is as a server that was recovered to a moment.
        private func withRewind(_ body: (MoveFixture, MoveEngine) async throws -> Void) async throws {
            try await withMove { shards in
                _ = try await shards.target.pool.query(
                    "INSERT INTO tenants (id, subdomain, name) VALUES (\(shards.tenant), 'moves', 'Nothing yet')"
                )
                _ = try await shards.target.pool.query(
                    "INSERT INTO tenant_ownership (tenantId, epoch, state) VALUES (\(shards.tenant), 1, 'active')"
                )
                var configuration = shards.target.pool.configuration
                configuration.settings["search_path"] = RewindStage.searchPath(of: shards.tenant)
                try await PostgresPool.withPool(configuration) { pool in
                    let target = MoveSide(shard: shards.target.shard, pool: pool, peer: configuration)
                    func engine(_ moment: Int64) throws -> MoveEngine {
                        MoveEngine(
                            MoveClaim(
                                move: .make(at: Timestamp(microseconds: moment)),
                                tenant: shards.tenant,
                                attempt: 1,
                                generation: 1
                            ),
                            from: MoveSide(shard: target.shard, pool: shards.source.pool, peer: shards.source.peer),
                            to: target,
                            reactors: try MoveClusters.reactors.get(),
                            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                        )
                    }
                    // From nothing but its row.
                    let first = try engine(1_760_000_000_000_000)
                    let staged = try await stage(first)
                    try await take(first, at: .first)
                    _ = try await first.exchange(at: .first, staged, Self.note)
                    try await body(shards, try engine(1_770_000_000_000_000))
                }
            }
        }

        private func stage(_ engine: MoveEngine) async throws -> Verification {
            let copied = try await engine.stage(CopyOptions(streams: 2, rangeRows: 20))
            #expect(copied.rows == copied.totalRows)
            let staged = try await engine.verifyStage(rangeRows: 20)
            #expect(staged.isEqual && staged.rows == copied.rows, "\(staged.findings)")
            return staged
        }

        private func take(_ engine: MoveEngine, at epoch: Epoch = Epoch(rawValue: 2)) async throws {
            try await engine.claimForRewind()
            try await engine.reversed.freeze(at: epoch, within: .seconds(5))
        }

        /// Everything that can happen to a tenant.
        private func change(_ shards: MoveFixture) async throws {
            let tenant = shards.tenant
            try await shards.target.pool.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TEMPORARY TABLE people AS
                      SELECT id, email, row_number() OVER (ORDER BY id) AS n FROM users WHERE tenantId = '\(tenant)';
                    CREATE TEMPORARY TABLE work AS
                      SELECT p.id, count(t.id) AS tasks, row_number() OVER (ORDER BY count(t.id) DESC, p.id) AS n
                      FROM projects AS p LEFT JOIN tasks AS t ON t.tenantId = p.tenantId AND t.projectId = p.id
                      WHERE p.tenantId = '\(tenant)' GROUP BY p.id;
                    UPDATE users AS u SET email = 'away@hub.test' FROM people AS p WHERE p.id = u.id AND n = 1;
                    UPDATE users AS u SET email = (SELECT email FROM people WHERE n = 1) FROM people AS p WHERE p.id = u.id AND n = 2;
                    UPDATE users AS u SET email = (SELECT email FROM people WHERE n = 2) FROM people AS p WHERE p.id = u.id AND n = 1;
                    UPDATE users AS u SET role = 'user', passwordHash = 'x' WHERE tenantId = '\(tenant)';
                    DELETE FROM users WHERE tenantId = '\(tenant)' AND id = (SELECT id FROM people WHERE n = 3);
                    INSERT INTO users (tenantId, id, email, fullName, passwordHash)
                      SELECT '\(tenant)', gen_random_uuid(), email, 'Takes an address over', 'x' FROM people WHERE n = 3;
                    UPDATE tenants SET maxUsers = maxUsers + 7, maxProjects = 1 WHERE id = '\(tenant)';
                    UPDATE tasks SET projectId = (SELECT id FROM work WHERE n = 2) WHERE id IN (
                      SELECT id FROM tasks WHERE tenantId = '\(tenant)' AND projectId = (SELECT id FROM work WHERE n = 1)
                      ORDER BY id LIMIT 5);
                    DELETE FROM projects WHERE tenantId = '\(tenant)' AND id = (SELECT id FROM work WHERE n = 1);
                    UPDATE tasks SET status = 'completed', dueDate = NULL, title = E'tab\\t\\\\ and \\'quote\\''
                      WHERE tenantId = '\(tenant)' AND title < 'M';
                    INSERT INTO tasks (tenantId, id, projectId, title)
                      SELECT '\(tenant)', gen_random_uuid(), id, 'Added' FROM work, generate_series(1, 3) WHERE n = 2;
                    """
                )
            }
        }
    }
}
