import HubColumns
package import HubModel
package import Postgres

/// Puts the rows of an archive onto a shard, as those of a tenant that no router knows yet.
package struct TenantRestoration: Sendable {
    private let pool: PostgresPool
    private let tenant: TenantID
    private let subdomain: Subdomain
    private let name: String?

    /// - Parameters:
    ///   - pool: connections of the database's owner.
    ///   - tenant: the id it gets.
    ///   - name: another name than it had.
    package init(pool: PostgresPool, tenant: TenantID, subdomain: Subdomain, name: String? = nil) {
        (self.pool, self.tenant, self.subdomain, self.name) = (pool, tenant, subdomain, name)
    }

    /// Writes all rows in one transaction, with every constraint checked.
    ///
    /// - Parameters:
    ///   - since: when the tenant began; the audit log gets its months from then on.
    ///   - next: the next rows, all of one table; nil after the last.
    /// - Returns: false if the tenant was there already, from an import that was cut off before it was made known.
    /// - Throws: `.conflict` when the id is another's here, or was erased; the database's refusal of a row.
    package func write(
        since: Timestamp,
        _ next: () async throws -> (table: String, rows: [String])?
    ) async throws -> Bool {
        _ = try await pool.query("SELECT hub_create_audit_partitions(\(since), now())")
        return try await pool.withTransaction(
            TransactionOptions(isolation: .readCommitted),
            prologue: ["SELECT set_config('hub.tenant', \(tenant)::text, true)"]
        ) { transaction in
            let claim = try await transaction.query(
                """
                INSERT INTO tenant_ownership (tenantId, epoch, state)
                VALUES (\(tenant), \(Epoch.first), \(OwnershipState.active)) ON CONFLICT DO NOTHING
                """
            )
            guard claim.affectedRows == 1 else {
                try await requireSame(transaction)
                return false
            }
            while let (table, rows) = try await next() { try await write(rows, to: table, transaction) }
            return true
        }
    }

    /// Takes back what was written and cannot be made known.
    package func undo() async throws {
        _ = try await pool.withTransaction(
            prologue: ["SELECT set_config('hub.tenant', \(tenant)::text, true)"]
        ) { transaction in
            try await transaction.pipeline([
                "DELETE FROM tenants WHERE id = \(tenant)", "DELETE FROM tenant_ownership WHERE tenantId = \(tenant)",
            ])
        }
    }

    // MARK: - Private

    private func requireSame(_ transaction: PostgresTransaction) async throws {
        let same = try await transaction.query(
            """
            SELECT FROM tenants AS t JOIN tenant_ownership AS o ON o.tenantId = t.id AND o.state = 'active'
            WHERE t.id = \(tenant) AND t.subdomain = \(subdomain)
            """
        )
        guard same.count == 1 else {
            throw ShardError(.conflict, "this archive was imported under this name before, and is not there any more")
        }
    }

    /// Rows keep their ids, and become this tenant's.
    private func write(_ rows: [String], to table: String, _ transaction: PostgresTransaction) async throws {
        guard TenantArchive.tables.contains(table) else {
            throw ShardError(.failed, "an archive has no table \(table)")
        }
        var owner = "jsonb_build_object('\(table == "tenants" ? "id" : "tenantid")', '\(tenant)'"
        if table == "tenants" { owner += ", 'subdomain', '\(subdomain)'" }
        owner += ")"
        let unknown: PostgresQuery = """
            SELECT key FROM unnest(\(rows)::jsonb[]) AS r CROSS JOIN LATERAL jsonb_object_keys(r) AS key
            WHERE key NOT IN (SELECT attname FROM pg_attribute
                              WHERE attrelid = \(table)::regclass AND attnum > 0 AND NOT attisdropped) LIMIT 1
            """
        if let key = try await transaction.query(unknown).decode(String.self).first {
            throw ShardError(.failed, "a row of \(table) has \(key), which this version of the hub does not know")
        }
        let insert: PostgresQuery = """
            INSERT INTO \(unescaped: table)
            SELECT p.* FROM unnest(\(rows)::jsonb[]) AS r
            CROSS JOIN LATERAL jsonb_populate_record(NULL::\(unescaped: table), r || \(unescaped: owner)) AS p
            """
        let written = try await transaction.query(insert.within(.seconds(300)))
        guard written.affectedRows == rows.count else {
            throw ShardError(.failed, "\(rows.count - written.affectedRows) rows of \(table) were not written")
        }
        if table == "tenants", let name {
            _ = try await transaction.query("UPDATE tenants SET name = \(name) WHERE id = \(tenant)")
        }
    }
}
