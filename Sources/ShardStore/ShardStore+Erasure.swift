import HubColumns
import HubModel
import Postgres

extension ShardStore {
    /// Removes every row of the context's tenant; doing it again removes nothing.
    ///
    /// The fence is taken exclusively: no write is in flight, and none comes after.
    ///
    /// - Throws: `.notOwner` when the shard serves the tenant at another epoch, or a move holds it.
    package func eraseTenant(_ context: TenantContext) async throws(ShardError) -> TenantErasure {
        try await answering {
            try await pool.withTransaction(.fenced, prologue: context.erasurePrologue) { transaction in
                let shard = ShardTransaction<WriteAccess>(context: context, transaction: transaction)
                let ownership = try await shard.query(
                    "SELECT FROM tenant_ownership WHERE tenantId = \(context.tenant)"
                )
                if !ownership.isEmpty { try await shard.query(context.requireOwnership) }
                return TenantErasure(tenant: context.tenant, removed: try await shard.erase())
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
    fileprivate func erase() async throws(ShardError) -> [TenantErasure.Count] {
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
        let left = try answers[3].map(TenantErasure.Count.init).filter { $0.rows > 0 }
        guard left.isEmpty else {
            let tables = left.map { $0.table }.joined(separator: ", ")
            throw ShardError(.failed, "rows of the tenant were left behind in \(tables)")
        }
        return try answers[0].map(TenantErasure.Count.init)
    }
}

extension TenantErasure.Count {
    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
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
