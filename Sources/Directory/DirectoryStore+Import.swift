import HubColumns
import HubModel
import Postgres

extension DirectoryStore {
    /// Makes many tenants known at once, in one version of the directory; those whose id or name is known, or whose name
    /// is reserved, are left out.
    ///
    /// - Returns: how many were new.
    package func importTenants(_ tenants: [TenantImport]) async throws(DirectoryError) -> Int {
        guard !tenants.isEmpty else { return 0 }
        let insert: PostgresQuery = """
            INSERT INTO tenants (id, subdomain, name, shard)
            SELECT * FROM unnest(\(tenants.map(\.id)), \(tenants.map(\.subdomain)), \(tenants.map(\.name)),
                                 \(tenants.map(\.shard))) AS new (id, subdomain, name, shard)
            WHERE NOT EXISTS (SELECT FROM reserved_subdomains AS reserved WHERE reserved.subdomain = new.subdomain)
            ON CONFLICT DO NOTHING
            """
        return try await change { transaction in
            try await transaction.query(insert.within(.seconds(600)).unprepared).affectedRows
        }
    }
}
