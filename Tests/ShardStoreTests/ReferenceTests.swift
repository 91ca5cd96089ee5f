import HubModel
import HubTesting
import Postgres
import ShardStore
import Testing

/// The third of three walls, alone: the superuser, who bypasses row-level security, writes ids of another tenant into
/// every column that can hold one, so all that keeps tenants apart are the composite foreign keys.
@Suite("Isolation by foreign keys", .serialized)
struct ReferenceTests {
    @Test("No column takes the id of anything another tenant has")
    func references() async throws {
        try await Neighbours.with(down: [.rowSecurity]) { neighbours in
            #expect(neighbours.tables.reduce(0) { $0 + $1.references.count } > 6, "the catalog was read")
            let found = try await neighbours.shard.owner.withUndone { try await findings(neighbours, $0) }
            #expect(found == [])
        }
    }

    @Test("Every foreign key that is taken away is missed")
    func planted() async throws {
        try await Neighbours.with(down: [.rowSecurity]) { neighbours in
            let keys = try await neighbours.shard.owner.query(
                """
                SELECT conrelid::regclass::text, conname, a.attname FROM pg_constraint
                JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = ANY(conkey) AND a.attname <> 'tenantid'
                WHERE contype = 'f' AND conparentid = 0
                """
            ).decode((String.self, String.self, String.self))
            #expect(keys.count >= 6)
            for (table, key, column) in keys {
                let found = try await neighbours.shard.owner.withUndone { transaction in
                    _ = try await transaction.query("ALTER TABLE \(unescaped: table) DROP CONSTRAINT \(unescaped: key)")
                    return try await findings(neighbours, transaction)
                }
                #expect(found.contains { $0.hasPrefix("\(table).\(column) ") }, "\(key): \(found)")
            }
        }
    }

    // MARK: - Private

    private func findings(_ neighbours: Neighbours, _ transaction: PostgresTransaction) async throws -> [String] {
        let (acme, globex) = (neighbours.acme, neighbours.globex)
        let ids: KeyValuePairs = [
            "user": globex.worker.id.uuid, "project": globex.project.id.uuid, "task": globex.task.id.uuid,
            "session": globex.session.uuid, "tenant": globex.id.uuid,
        ]
        var findings: [String] = []
        for table in neighbours.tables where !table.isPartition {
            for column in table.references where !TenantTable.free.contains("\(table.name).\(column)") {
                for (kind, id) in ids {
                    let outcome = try await transaction.attempt(
                        "UPDATE \(table.name) SET \(column) = '\(id)' WHERE \(table.key) = '\(acme.id)'"
                    )
                    if outcome != "23503" {
                        findings.append("\(table.name).\(column) takes another's \(kind): \(outcome)")
                    }
                }
            }
        }
        return findings
    }
}
