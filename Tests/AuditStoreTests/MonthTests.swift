import AuditStore
import FoundationEssentials
import HubModel
import HubTesting
import Postgres
import ShardStore
import Testing

extension AuditStoreTests {
    @Suite("Months")
    struct MonthTests {
        @Test("A shard forgets a month only when all of it is in the store, and no move reads it")
        func forgets() async throws {
            try await withTrail { trail in
                _ = try await trail.shard.query(
                    "SELECT hub_create_audit_partitions(now() - interval '8 months', now())"
                )
                try await trail.write(4, at: MonthTests.long)
                try await trail.write(3)
                let retention = AuditRetention(shard: ShardID("us-1")!, source: trail.shard, store: trail.store)
                // Months without an entry are forgotten at once.
                var error: AuditStoreError?
                while error == nil {
                    do throws(AuditStoreError) {
                        guard try await retention.forgetOldest(keeping: 3) != nil else { break }
                    } catch let refusal {
                        error = refusal
                    }
                }
                #expect(error?.code == .refused)
                #expect(error?.message.contains("lacks 4 entries") == true, "\(String(describing: error))")
                _ = try await trail.feed.ensure()
                try await trail.settle()
                // One that differs is missing too.
                try await trail.tamper(
                    "UPDATE audit_trail SET action = 'X' WHERE tenantId = '\(trail.tenant)' AND sequence = 2 AND timestamp < now() - interval '100 days'"
                )
                await expect(.refused) { try await retention.forgetOldest(keeping: 3) }
                try await trail.tamper(
                    "UPDATE audit_trail SET action = 'LOGIN' WHERE tenantId = '\(trail.tenant)' AND sequence = 2 AND timestamp < now() - interval '100 days'"
                )
                _ = try await trail.shard.query(
                    PostgresQuery("CREATE PUBLICATION hub_move_00000000000000000000000000000001_1 FOR TABLE audit_logs")
                        .unprepared
                )
                #expect(try await retention.forgetOldest(keeping: 3) == nil)
                _ = try await trail.shard.query(
                    PostgresQuery("DROP PUBLICATION hub_move_00000000000000000000000000000001_1").unprepared
                )
                while try await retention.forgetOldest(keeping: 3) != nil {}
                let floor = try await trail.shard.query(
                    "SELECT max(floor) FROM audit_floors WHERE tenantId = \(trail.tenant)"
                ).single().decode(Timestamp.self, at: 0)
                let left = try await trail.shard.query(
                    "SELECT count(*) FROM audit_logs WHERE tenantId = \(trail.tenant)"
                ).single().decode(Int.self, at: 0)
                #expect(left == 3)
                let old = try await trail.history.list(
                    AuditFilter(),
                    of: trail.tenant,
                    before: floor,
                    offset: 0,
                    limit: 10
                )
                #expect(old.total == 4)
                var exported: [String] = []
                try await trail.store.export(trail.tenant, before: floor, users: []) { exported += $0 }
                #expect(exported.count == 4)
                #expect(exported.allSatisfy { $0.contains("\"userid\": null") && !$0.contains("digest") })
                #expect(try await trail.store.compare(trail.tenant, with: trail.shard, of: ShardID("us-1")!) == [])
            }
        }

        @Test("A month goes into rows and comes back, and nothing else does")
        func archives() async throws {
            try await withTrail { trail in
                try await trail.write(6, at: MonthTests.long)
                try await trail.write(2, at: MonthTests.long, by: trail.neighbour)
                _ = try await trail.feed.ensure()
                try await trail.write(3)
                try await trail.settle()
                let head = try await trail.head()
                let month = try await trail.shard.query(
                    PostgresQuery(unsafeSQL: "SELECT to_char(\(MonthTests.long) AT TIME ZONE 'UTC', 'YYYY-MM')")
                        .unprepared
                ).single().decode(String.self, at: 0)
                let archive = try MonthArchive(month, of: trail.store)
                var rows: [String] = []
                try await archive.read { rows += $0 }
                #expect(rows.count == 8)
                await expect(.refused) { try await archive.detach(file: "f", sha256: "s", entries: 7) }
                try await archive.detach(file: "f", sha256: "s", entries: 8)
                #expect(try await trail.store.archives().map(\.month) == [month])
                let findings = try await trail.store.verify(trail.tenant, against: [head])
                #expect(findings.faults == [])
                #expect(findings.archived == [month: 6])
                await expect(.refused) { try await archive.read { _ in } }
                await expect(.refused) { try await trail.other.bring(trail.tenant, from: trail.store) }
                // A changed one, one that lacks an entry, then the true one.
                for bad in [rows.map { $0.replacing("LOGIN", with: "LOGOUT") }, Array(rows.dropLast())] {
                    var pieces = [bad]
                    await expect(.tampered) { try await archive.attach { pieces.popLast() } }
                }
                #expect(try await trail.store.verify(trail.tenant, against: [head]).archived == [month: 6])
                var pieces = [rows]
                #expect(try await archive.attach { pieces.popLast() } == 8)
                let whole = try await trail.store.verify(trail.tenant, against: [head])
                #expect(whole.faults == [])
                #expect(whole.archived == [:])
                #expect(throws: AuditStoreError.self) { try MonthArchive("2026-13", of: trail.store) }
                #expect(throws: AuditStoreError.self) { try MonthArchive("2026-1", of: trail.store) }
                let now = try await trail.shard.query(
                    "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM')"
                ).single().decode(String.self, at: 0)
                await expect(.refused) { try await MonthArchive(now, of: trail.store).read { _ in } }
            }
        }

        @Test("Of heads that are witnessed in a day the last stays")
        func witnesses() async throws {
            try await withTrail { trail in
                func head(_ number: Int) -> AuditWitness {
                    AuditWitness(
                        tenant: trail.tenant,
                        number: number,
                        entries: number,
                        hash: String(repeating: "ab", count: 32),
                        region: RegionID("us")!
                    )
                }
                try await trail.other.witness([head(1)])
                _ = try await trail.other.pool.query(
                    "UPDATE audit_witnesses SET witnessedAt = witnessedAt - interval '1 day'"
                )
                for number in [2, 3, 3] { try await trail.other.witness([head(number)]) }
                #expect(try await trail.other.witnesses(of: trail.tenant).map(\.number) == [1, 3])
            }
        }

        // MARK: - Private

        /// In the middle of a month that is long over.
        private static let long =
            "(date_trunc('month', now(), 'UTC') - interval '5 months' + interval '10 days')"
    }
}
