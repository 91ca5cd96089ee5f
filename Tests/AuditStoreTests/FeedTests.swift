import AuditStore
import HubModel
import HubTesting
import Postgres
import ShardStore
import Testing

extension AuditStoreTests {
    @Suite("Streams and seals")
    struct FeedTests {
        @Test("What was there before the stream, and what comes after, is sealed once and in one chain a tenant")
        func follows() async throws {
            try await withTrail { trail in
                try await trail.write(30, at: "now() - interval '40 days'")
                #expect(try await trail.feed.ensure())
                try await trail.write(20)
                try await trail.write(5, by: trail.neighbour)
                #expect(try await !trail.feed.ensure(), "it is there")
                try await trail.settle()
                let findings = try await trail.store.verify(trail.tenant, against: [trail.head()])
                #expect(findings.faults == [])
                #expect(findings.entries == 50)
                // The month changed in between, and a seal is of one month.
                #expect(findings.seals >= 2)
                #expect(try await trail.store.verify(trail.neighbour, against: []).faults == [])
                let faults = try await trail.store.compare(trail.tenant, with: trail.shard, of: trail.feed.shard)
                #expect(faults == [])
            }
        }

        @Test("A stream whose slot was lost is made anew, and what was written meanwhile is not missing")
        func lostSlot() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(5)
                try await trail.settle()
                try await waitFor("the stream to be noted as complete") {
                    _ = try await trail.feed.note()
                    return try await trail.feed.state().completeUntil != nil
                }
                // As after a failover to a server that never had it.
                let name = AuditFeed.name(of: trail.feed.shard)
                _ = try await trail.store.pool.query(
                    PostgresQuery("ALTER SUBSCRIPTION hub_audit_us_1 DISABLE").unprepared
                )
                try await waitFor("the slot to be free") {
                    try await trail.shard.query(
                        "SELECT NOT active FROM pg_replication_slots WHERE slot_name = \(name)"
                    ).single().decode(Bool.self, at: 0)
                }
                _ = try await trail.shard.query("SELECT pg_drop_replication_slot(\(name))")
                try await trail.write(7)
                #expect(try await trail.feed.ensure())
                try await trail.write(3)
                try await trail.settle()
                let findings = try await trail.store.verify(trail.tenant, against: [trail.head()])
                #expect(findings.faults == [])
                #expect(findings.entries == 15)
            }
        }

        @Test("A stream that rests brings nothing, and all of it once it goes on")
        func rests() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(4)
                try await trail.settle()
                #expect(try await trail.feed.rest())
                let before = try await trail.feed.note()
                try await waitFor("the stream to rest") { try await trail.feed.state().activity == .resting }
                try await trail.write(40)
                #expect(try await !trail.feed.catchUp(within: .milliseconds(200)), "nobody brings it")
                #expect(try await trail.store.contents().waiting == 0)
                #expect(try await !trail.feed.ensure(), "it is there, and goes on")
                #expect(try await trail.feed.catchUp(within: .seconds(30)))
                #expect(try await trail.store.contents().waiting == 40)
                #expect(try await trail.feed.state().activity == .running)
                #expect(try await trail.feed.note() > before)
                let left = try await trail.shard.query(
                    """
                    SELECT (SELECT count(*) FROM pg_replication_slots WHERE temporary)
                         + (SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE '%\\_now')
                    """
                ).single().decode(Int.self, at: 0)
                #expect(left == 0)
                try await trail.settle()
                let findings = try await trail.store.verify(trail.tenant, against: [])
                #expect(findings.faults == [] && findings.entries == 44)
            }
        }

        @Test("A deletion on the shard takes nothing from the store, and is found by comparison; so is an edit")
        func shardTampered() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(6)
                try await trail.settle()
                // Who is gone is not a change.
                _ = try await trail.shard.query("DELETE FROM users WHERE tenantId = \(trail.tenant.uuid)")
                let compare = {
                    try await trail.store.compare(trail.tenant, with: trail.shard, of: trail.feed.shard)
                }
                #expect(try await compare() == [])
                _ = try await trail.shard.query(
                    """
                    UPDATE audit_logs SET action = 'LOGOUT' WHERE id = (SELECT id FROM audit_logs
                      WHERE tenantId = \(trail.tenant.uuid) ORDER BY timestamp DESC LIMIT 1)
                    """
                )
                #expect(try await compare().map { $0.contains("was edited on shard us-1") } == [true])
                _ = try await trail.shard.query("DELETE FROM audit_logs WHERE tenantId = \(trail.tenant.uuid)")
                #expect(try await compare() == ["6 sealed entries are missing on shard us-1: they were deleted there"])
                #expect(try await trail.store.verify(trail.tenant, against: []).entries == 6)
            }
        }

        @Test("Backends read one tenant's part, and write nothing")
        func isolation() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(2)
                try await trail.write(1, by: trail.neighbour)
                try await trail.settle()
                let all = try await trail.history.list(
                    AuditFilter(),
                    of: trail.neighbour,
                    before: Timestamp("2999-01-01T00:00:00Z")!,
                    offset: 0,
                    limit: 100
                )
                #expect(all.total == 1)
                for statement in [
                    "SELECT * FROM audit_trail", "SELECT * FROM audit_logs", "SELECT * FROM audit_witnesses",
                    "DELETE FROM audit_trail", "UPDATE audit_seals SET number = 1", "SELECT * FROM audit_feeds",
                    "INSERT INTO audit_chains (tenantId, state) VALUES (gen_random_uuid(), 'here')",
                ] {
                    await #expect(throws: PostgresError.self, "\(statement)") {
                        _ = try await trail.app.query(PostgresQuery(unsafeSQL: statement).unprepared)
                    }
                }
                let seen = try await trail.app.transact([
                    "SELECT set_config('hub.tenant', \(trail.tenant)::text, true)",
                    "SELECT DISTINCT tenantId FROM audit_trail",
                ])[1].decode(TenantID.self)
                #expect(seen == [trail.tenant])
            }
        }
    }
}
