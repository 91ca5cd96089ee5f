import AuditStore
import HubModel
import HubTesting
import Postgres
import Testing

extension AuditStoreTests {
    @Suite("Chains that follow a tenant")
    struct ChainTests {
        @Test("A chain goes on in another store, and comes back")
        func moves() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(4, at: "now() - interval '70 days'")
                try await trail.settle()
                // Ahead of the move; then something more is written.
                #expect(try await trail.other.bring(trail.tenant, from: trail.store) > 0)
                try await trail.write(3)
                try await trail.settle()
                let head = try #require(try await trail.store.close(trail.tenant, attempt: 1))
                try await trail.write(2)
                // A store that was left seals nothing more.
                try await waitFor("the rows to come") {
                    let queue = try await trail.store.pool.query(
                        "SELECT count(*) FROM audit_logs WHERE tenantId = \(trail.tenant)"
                    )
                    return try queue.single().decode(Int.self, at: 0) == 2
                }
                _ = try await trail.store.seal()
                #expect(try await trail.store.chain(of: trail.tenant)?.number == head.number)
                #expect(try await trail.other.bring(trail.tenant, from: trail.store) > 0)
                #expect(try await trail.other.bring(trail.tenant, from: trail.store) == 0, "nothing is left to bring")
                let arrived = try #require(try await trail.other.chain(of: trail.tenant))
                #expect(arrived.hash == head.hash)
                #expect(arrived.state == "arriving")
                try await trail.other.open([trail.tenant], attempt: 1)
                // The target's shard has the rows that were carried to it, those that are sealed among them.
                for table in ["audit_trail", "audit_logs"] {
                    let rows = try await trail.store.pool.query(
                        PostgresQuery(
                            unsafeSQL: "SELECT to_jsonb(t)::text FROM \(table) AS t WHERE tenantId = '\(trail.tenant)'"
                        ).unprepared
                    ).decode(String.self)
                    _ = try await trail.other.pool.query(
                        """
                        INSERT INTO audit_logs (id, tenantId, userId, action, entityType, entityId, changes, timestamp, ipAddress)
                        SELECT id, tenantId, userId, action, entityType, entityId, changes, timestamp, ipAddress
                        FROM unnest(\(rows)::jsonb[]) AS r CROSS JOIN LATERAL jsonb_populate_record(NULL::audit_logs, r)
                        """
                    )
                }
                try await trail.other.sealAll()
                let findings = try await trail.other.verify(trail.tenant, against: [trail.head()])
                #expect(findings.faults == [])
                #expect(findings.entries == 9)
                // Back again, which brings only what is new.
                let back = try #require(try await trail.other.close(trail.tenant, attempt: 2))
                #expect(try await trail.store.bring(trail.tenant, from: trail.other) == 2)
                try await trail.store.open([trail.tenant], attempt: 2)
                try await trail.store.sealAll()
                let returned = try #require(try await trail.store.chain(of: trail.tenant))
                #expect(returned.hash == back.hash, "what waited had come with the chain")
                #expect(try await trail.store.verify(trail.tenant, against: []).faults == [])
            }
        }

        @Test("Who was only paused neither opens nor closes a chain after a younger transfer")
        func attempts() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(1)
                try await trail.settle()
                #expect(try await trail.store.close(trail.tenant, attempt: 2) != nil)
                try await trail.store.open([trail.tenant], attempt: 1)
                #expect(try await trail.store.chain(of: trail.tenant)?.state == "left")
                try await trail.store.open([trail.tenant], attempt: 2)
                #expect(try await trail.store.chain(of: trail.tenant)?.state == "here")
                #expect(try await trail.store.close(trail.tenant, attempt: 1) == nil)
                #expect(try await trail.store.chain(of: trail.tenant)?.state == "here")
            }
        }

        @Test("A chain that is not the other's first part is not continued")
        func forked() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(1)
                try await trail.settle()
                _ = try await trail.other.bring(trail.tenant, from: trail.store)
                _ = try await trail.other.pool.query("UPDATE audit_seals SET hash = sha256('x')")
                try await trail.write(2)
                try await trail.settle()
                await expect(.refused) { try await trail.other.bring(trail.tenant, from: trail.store) }
            }
        }

        @Test("Two sealers at once seal each entry once")
        func rivals() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.store.open([trail.tenant, trail.neighbour])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 {
                        group.addTask { for _ in 0..<40 { _ = try await trail.store.seal(limit: 3) } }
                    }
                    group.addTask { try await trail.write(60) }
                    group.addTask { try await trail.write(60, by: trail.neighbour) }
                    try await group.waitForAll()
                }
                try await trail.settle()
                for tenant in [trail.tenant, trail.neighbour] {
                    let findings = try await trail.store.verify(tenant, against: [])
                    #expect(findings.faults == [])
                    #expect(findings.entries == 60)
                }
            }
        }
    }
}
