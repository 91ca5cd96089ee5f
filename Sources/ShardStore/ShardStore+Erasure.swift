import Caching
import FoundationEssentials
import HubColumns
package import HubModel
import Postgres

extension ShardStore {
    /// Removes every row of the context's tenant; doing it again removes nothing, and gives the proof of the first time.
    ///
    /// The fence is taken exclusively: no write is in flight, and none comes after.
    ///
    /// - Parameter id: the erasure's own.
    /// - Throws: `.notOwner` when the shard serves the tenant at another epoch, or a move holds it.
    package func eraseTenant(_ context: TenantContext, id: ErasureID) async throws(ShardError) -> TenantErasure {
        try await answering {
            try await fenced(context, prologue: context.erasurePrologue, gate: .last, shares: nil) { shard in
                let ownership = try await shard.query(
                    "SELECT FROM tenant_ownership WHERE tenantId = \(context.tenant)"
                )
                if !ownership.isEmpty { try await shard.query("SELECT \(fragment: context.requireOwnership)") }
                let known = try await shard.query(
                    "SELECT removed, erasedAt FROM erasures WHERE id = \(id)"
                ).map(TenantErasure.init)
                if let known = known.first { return known }
                try shard.note(.ownership)
                return try await shard.erase(id)
            }
        }
    }
}

extension TenantContext {
    /// A large tenant's rows take longer than a request may.
    fileprivate var erasurePrologue: [PostgresQuery] {
        ["SELECT set_config('statement_timeout', '0', true)"] + exclusivePrologue
    }
}

extension ShardTransaction<WriteAccess> {
    fileprivate func erase(_ id: ErasureID) async throws(ShardError) -> TenantErasure {
        let tenant = context.tenant
        let counts = PostgresQuery.rowCounts(of: tenant).within(.seconds(600))
        // The rest follows by ON DELETE CASCADE, the audit trail, which this role may not touch, included.
        let deletion: PostgresQuery = "DELETE FROM tenants WHERE id = \(tenant)"
        let answers = try await pipeline([
            counts,
            deletion.within(.seconds(3600)),
            "DELETE FROM tenant_ownership WHERE tenantId = \(tenant)",
            counts,
        ])
        let left = try answers[3].map(RowCount.init).filter { $0.rows > 0 }
        guard left.isEmpty else {
            let tables = left.map { $0.table }.joined(separator: ", ")
            throw ShardError(.failed, "rows of the tenant were left behind in \(tables)")
        }
        let removed = try answers[0].map(RowCount.init)
        return try await query(
            """
            INSERT INTO erasures (id, removed)
            SELECT \(id), jsonb_object_agg(counted.name, counted.rows)
            FROM unnest(\(removed.map(\.table)), \(removed.map(\.rows))) AS counted (name, rows)
            RETURNING removed, erasedAt
            """
        ).map(TenantErasure.init)[0]
    }
}

extension TenantErasure {
    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        let document: PostgresJSON
        (document, erasedAt) = try row.decode((PostgresJSON.self, Timestamp.self))
        // The column holds what the statement above has written.
        removed = (try? JSONDecoder().decode([String: Int].self, from: Data(document.text.utf8))) ?? [:]
    }
}

private struct RowCount {
    let table: String
    let rows: Int

    init(_ row: PostgresRow) throws(PostgresError) {
        (table, rows) = try row.decode((String.self, Int.self))
    }
}

extension PostgresQuery {
    /// How many rows of the tenant each table holds.
    fileprivate static func rowCounts(of tenant: TenantID) -> PostgresQuery {
        ShardSchema.tenantTables.reduce("SELECT 'tenants', count(*) FROM tenants WHERE id = \(tenant)") {
            query,
            table in
            """
            \(fragment: query)
            UNION ALL SELECT '\(unescaped: table)', count(*) FROM \(unescaped: table) WHERE tenantId = \(tenant)
            """
        }
    }
}
