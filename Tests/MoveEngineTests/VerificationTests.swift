import FoundationEssentials
import HubModel
import HubTesting
import MoveEngine
import Postgres
import Testing

extension MoveTests {
    @Suite("Verification")
    struct VerificationTests {
        @Test("A row that is missing, extra or different, and an orphan, are found and named, online and in the switch")
        func planted() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await shards.stream(engine)
                let clean = try await engine.verify(rangeRows: 10)
                #expect(clean.isEqual && clean.unsettledRows == 0, "\(clean.findings)")
                #expect(clean.ranges > 10 && clean.rows > 100)

                let tasks = try await ids(of: "tasks", shards)
                let extra = UUID()
                try await plant(
                    shards,
                    """
                    DELETE FROM tasks WHERE id = '\(tasks[3])';
                    UPDATE tasks SET description = 'planted' WHERE id = '\(tasks[5])';
                    INSERT INTO sessions (tenantId, id, userId, expiresAt)
                      VALUES ('\(shards.tenant)', '\(extra)', '\(UUID())', now() + interval '1 hour');
                    UPDATE audit_logs SET timestamp = timestamp + interval '31 days' WHERE (id, timestamp) =
                      (SELECT id, timestamp FROM audit_logs WHERE tenantId = '\(shards.tenant)' ORDER BY id LIMIT 1);
                    """
                )
                var findings = [try await engine.verify(rangeRows: 10)]
                try await engine.freeze(at: .first, within: .seconds(5))
                try await engine.drain(engine.mark(), within: .seconds(20))
                findings.append(try await engine.check(within: .seconds(20), rangeRows: 10))
                for found in findings {
                    #expect(!found.isEqual)
                    let inTasks = found.mismatches.filter { $0.table == "tasks" }
                    #expect(inTasks.flatMap(\.missing) == [tasks[3]])
                    #expect(inTasks.flatMap(\.different) == [tasks[5]])
                    #expect(inTasks.flatMap(\.extra) == [])
                    #expect(inTasks.allSatisfy { $0.range.hasPrefix("tasks") && $0.count > 0 })
                    let inSessions = found.mismatches.filter { $0.table == "sessions" }
                    #expect(inSessions.flatMap(\.extra) == [extra.uuidString.lowercased()])
                    let inTrail = found.mismatches.filter { $0.table == "audit_logs" }
                    #expect(inTrail.flatMap(\.missing).count == 1 && inTrail.flatMap(\.extra).count == 1)
                    #expect(Set(found.mismatches.map(\.table)) == ["tasks", "sessions", "audit_logs"])
                    let all = found.findings.joined(separator: "\n")
                    #expect(all.contains("missing: \(tasks[3])") && all.contains("different: \(tasks[5])"), "\(all)")
                }
                let orphans = findings[0].orphans
                #expect(orphans.map(\.constraint) == ["fk_sessions_userid"])
                #expect(orphans.first?.keys == [extra.uuidString.lowercased()] && orphans.first?.count == 1)
                try await engine.clear()
            }
        }

        @Test("Rows that change all the time are no mismatch, and a planted one among them is")
        func underWrites() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await shards.stream(engine)
                let writer = TenantWriter(shards.tenant)
                try await writer.begin(at: shards.source)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await writer.run(at: shards.source, epoch: .first) }
                    for _ in 0..<3 {
                        let found = try await engine.verify(rangeRows: 1000)
                        #expect(found.isEqual, "\(found.findings)")
                    }
                    let user = try await ids(of: "users", shards)[1]
                    try await plant(shards, "UPDATE users SET fullName = 'planted' WHERE id = '\(user)'")
                    let found = try await engine.verify(rangeRows: 1000)
                    #expect(found.mismatches.flatMap(\.different) == [user], "\(found.findings)")
                    group.cancelAll()
                }
                try await engine.clear()
            }
        }

        @Test("The check of a large tenant looks at what was written since, and finds what is wrong there")
        func changes() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await shards.stream(engine)
                let verification = try await engine.verify()
                let writer = TenantWriter(shards.tenant)
                try await writer.begin(at: shards.source)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await writer.run(at: shards.source, epoch: .first) }
                    try await waitFor("writes") { writer.count > 100 }
                    group.cancelAll()
                }
                try await engine.awaitMarker(engine.mark(), within: .seconds(20))
                let refreshed = try await engine.refresh(verification)
                #expect(refreshed.isEqual && refreshed.unsettledRows == 0, "\(refreshed.findings)")
                let changed = refreshed.changedRows ?? 0
                #expect(changed > 50)

                let task = try await ids(of: "tasks", shards)[0]
                _ = try await shards.source.pool.query("UPDATE tasks SET title = 'last' WHERE id = \(task)")
                try await engine.freeze(at: .first, within: .seconds(5))
                try await engine.drain(engine.mark(), within: .seconds(20))
                let clean = try await engine.check(within: .seconds(10), since: refreshed, everything: 0)
                #expect(clean.isEqual, "\(clean.findings)")
                #expect((1..<changed).contains(clean.changedRows ?? 0), "only what came after the refreshing")
                let perTable = clean.tables.map { $0.changedRows ?? -1 }
                #expect(perTable.allSatisfy { $0 >= 0 } && perTable.reduce(0, +) == clean.changedRows)
                try await plant(shards, "UPDATE tasks SET title = 'planted' WHERE id = '\(task)'")
                let found = try await engine.check(within: .seconds(10), since: refreshed, everything: 0)
                #expect(found.mismatches.flatMap(\.different) == [task], "\(found.findings)")
                try await engine.clear()
                let left = try await (shards.objects(at: shards.source), shards.objects(at: shards.target))
                #expect(left == (0, 0))
            }
        }

        @Test("The check within a switch takes no longer than it may")
        func bound() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                let begun = ContinuousClock.now
                try await shards.source.pool.withTransaction { transaction in
                    _ = try await transaction.query("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
                    await expect(.late) { try await engine.check(within: .milliseconds(200)) }
                }
                #expect(ContinuousClock.now - begun < .seconds(10))
                try await engine.clear()
            }
        }

        // MARK: - Private

        private func ids(of table: String, _ shards: MoveFixture) async throws -> [String] {
            try await shards.source.pool.query(
                PostgresQuery(unsafeSQL: "SELECT id::text FROM \(table) WHERE tenantId = '\(shards.tenant)' ORDER BY 1")
            ).map { try $0.decode(String.self, at: 0) }
        }

        /// Changes the target past everything that guards it.
        private func plant(_ shards: MoveFixture, _ sql: String) async throws {
            try await shards.target.pool.withTransaction { transaction in
                try await transaction.script("SET LOCAL session_replication_role = replica; " + sql)
            }
        }
    }
}
