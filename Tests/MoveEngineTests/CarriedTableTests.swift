import HubModel
import MoveEngine
import Postgres
import ShardStore
import Testing

extension MoveTests {
    @Suite("Tables that are carried")
    struct CarriedTableTests {
        @Test("Every table with a tenantId is published with its filter, and a new one that is not is found")
        func published() async throws {
            try await withMove(projects: nil) { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                try await engine.publish()
                let uncarried = try await uncarried(shards, engine)
                #expect(uncarried == [])
                let filters = try await shards.source.pool.query(
                    """
                    SELECT pg_get_expr(prqual, prrelid) FROM pg_publication_rel
                    JOIN pg_publication AS p ON p.oid = prpubid WHERE pubname = \(engine.stream.description)
                    """
                ).map { try $0.decode(String.self, at: 0) }
                #expect(filters.count == ShardSchema.carriedTables.count)
                #expect(filters.allSatisfy { $0.contains("\(shards.tenant)") })
                let operations = try await shards.source.pool.query(
                    """
                    SELECT pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot FROM pg_publication
                    WHERE pubname = \(engine.stream.description)
                    """
                ).single().decode((Bool.self, Bool.self, Bool.self, Bool.self, Bool.self))
                #expect(operations == (true, true, true, false, true))
                _ = try await shards.source.pool.query("CREATE TABLE forgotten (tenantId uuid PRIMARY KEY)")
                let found = try await self.uncarried(shards, engine)
                #expect(found == ["forgotten"])
                try await engine.clear()
            }
        }

        @Test("An erased tenant leaves neither markers nor anything else that is carried")
        func erased() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                for _ in 0..<3 { _ = try await engine.mark() }
                _ = try await shards.source.pool.query("DELETE FROM tenants WHERE id = \(shards.tenant.uuid)")
                let rows = try await engine.countRows(at: shards.source)
                #expect(rows.map(\.rows) == ShardSchema.carriedTables.map { _ in 0 })
                await expect(.notHeld) { try await engine.mark() }
                try await engine.clear()
            }
        }

        @Test("Audit rows stay in the default partition while a stream reads it, and move to their month afterwards")
        func partitions() async throws {
            try await withMove(projects: [1]) { shards in
                let engine = try shards.engine()
                let pool = shards.source.pool
                _ = try await pool.query(
                    """
                    INSERT INTO audit_logs (tenantId, action, entityType, timestamp)
                    VALUES (\(shards.tenant.uuid), 'x', 'y', '2044-03-05')
                    """
                )
                func make() async throws -> Int {
                    try await pool.query("SELECT hub_create_audit_partitions('2044-02-01', '2044-04-01')").single()
                        .decode(Int.self, at: 0)
                }
                try await shards.stream(engine)
                let made = try await make()
                #expect(made == 2, "March waits")
                try await engine.drain(engine.mark(), within: .seconds(20))
                let verification = try await engine.verify()
                #expect(verification.isEqual, "\(verification.findings)")
                try await engine.clear()
                let later = try await make()
                #expect(later == 1)
            }
        }

        // MARK: - Private

        /// Tables with a tenantId that the publication leaves out.
        private func uncarried(_ shards: MoveFixture, _ engine: MoveEngine) async throws -> [String] {
            try await shards.source.pool.query(
                """
                SELECT c.relname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = 'tenantid'
                  AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'tenant_ownership'
                  AND NOT EXISTS (SELECT FROM pg_publication_rel JOIN pg_publication AS p ON p.oid = prpubid
                                  WHERE prrelid = c.oid AND p.pubname = \(engine.stream.description))
                """
            ).map { try $0.decode(String.self, at: 0) }
        }
    }
}
