import HubModel
import HubTesting
import Postgres
import ShardStore
import Testing

/// The second of three walls, alone: statements without any filter, no foreign keys, and the application's role with
/// every right on every table and partition, so all that keeps tenants apart is row-level security.
@Suite("Isolation by row-level security", .serialized)
struct RowSecurityTests {
    @Test("A statement without a filter sees, changes, moves and removes the tenant's own rows only, in every table")
    func statements() async throws {
        try await withWallAlone { neighbours in
            let findings = try await findings(neighbours)
            #expect(findings == [])
        }
    }

    @Test("Every table that loses a part of its policy is found out")
    func planted() async throws {
        try await withWallAlone { neighbours in
            for table in neighbours.tables.map(\.name) {
                let policy = "ALTER POLICY tenant_isolation ON \(table)"
                let rule = try await neighbours.shard.owner.query(
                    """
                    SELECT pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid),
                           pg_get_expr(polqual, polrelid)
                    FROM pg_policy WHERE polname = 'tenant_isolation' AND polrelid = \(table)::regclass
                    """
                ).single().decode((Bool.self, String.self))
                #expect(rule.0)
                for (plant, repair) in [
                    (
                        "ALTER TABLE \(table) DISABLE ROW LEVEL SECURITY",
                        "ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY"
                    ),
                    ("\(policy) USING (true)", "\(policy) USING (\(rule.1))"),
                    ("\(policy) WITH CHECK (true)", "\(policy) WITH CHECK (\(rule.1))"),
                    ("CREATE POLICY wide ON \(table) USING (true)", "DROP POLICY wide ON \(table)"),
                ] {
                    _ = try await neighbours.shard.owner.query(PostgresQuery(unsafeSQL: plant))
                    let found = try await findings(neighbours)
                    #expect(found.contains { $0.hasPrefix("\(table):") }, "\(plant)")
                    _ = try await neighbours.shard.owner.query(PostgresQuery(unsafeSQL: repair))
                }
            }
            #expect(try await findings(neighbours) == [], "what was planted is gone")
        }
    }

    // MARK: - Private

    private func withWallAlone(_ body: (Neighbours) async throws -> Void) async throws {
        try await Neighbours.with(down: [.foreignKeys]) { neighbours in
            _ = try await neighbours.shard.owner.query(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hub_app"
            )
            // A row in every partition: this month's, the three that follow and the one for everything else.
            for tenant in [neighbours.acme.id, neighbours.globex.id] {
                _ = try await neighbours.shard.owner.query(
                    """
                    INSERT INTO audit_logs (tenantId, action, entityType, timestamp)
                    SELECT \(tenant), 'LATER', 'task', date_trunc('month', now()) + month * interval '1 month'
                    FROM generate_series(0, 60, 1) AS month
                    """
                )
            }
            try await body(neighbours)
        }
    }

    private func findings(_ neighbours: Neighbours) async throws -> [String] {
        let (acme, globex) = (neighbours.acme.id, neighbours.globex.id)
        var counts: [String: Int] = [:]
        for table in neighbours.tables {
            for tenant in [acme, globex] {
                counts["\(table.name) \(tenant)"] = try await neighbours.shard.owner.query(
                    "SELECT count(*) FROM \(unescaped: table.name) WHERE \(unescaped: table.key) = \(tenant)"
                ).single().decode(Int.self, at: 0)
            }
        }
        return try await neighbours.shard.app.withUndone(as: acme) { transaction in
            var findings: [String] = []
            for table in neighbours.tables {
                let (name, key) = (table.name, table.key)
                let own = counts["\(name) \(acme)"] ?? 0
                if own == 0 || counts["\(name) \(globex)"] == 0 {
                    findings.append("\(name): the fixture has no row in it")
                }
                let seen = try await transaction.query(
                    "SELECT count(*), count(*) FILTER (WHERE \(unescaped: key) = \(acme)) FROM \(unescaped: name)"
                ).single().decode((Int.self, Int.self))
                if seen != (own, own) { findings.append("\(name): SELECT sees \(seen.0) rows, \(seen.1) of its own") }
                for (statement, expected) in [
                    ("UPDATE \(name) SET \(key) = \(key)", "\(own)"),
                    ("UPDATE \(name) SET \(key) = '\(globex)'", "42501"),
                    ("DELETE FROM \(name)", "\(own)"),
                    (
                        """
                        INSERT INTO \(name) SELECT (jsonb_populate_record(NULL::\(name),
                          to_jsonb(t) || '{"\(key)": "\(globex)"}')).* FROM \(name) AS t LIMIT 1
                        """, "42501"
                    ),
                ] {
                    let outcome = try await transaction.attempt(statement)
                    if outcome != expected {
                        findings.append("\(name): \(outcome) instead of \(expected): \(statement)")
                    }
                }
            }
            return findings
        }
    }
}
