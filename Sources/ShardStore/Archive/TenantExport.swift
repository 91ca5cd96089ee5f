import HubColumns
package import HubModel
package import Postgres

/// Reads all of a tenant's rows in one snapshot, for an archive.
package struct TenantExport: Sendable {
    private let connection: PostgresConnection
    private let tenant: TenantID

    /// Rows that are fetched at a time.
    private static let batch = 2000

    /// - Parameter connection: of the database's owner.
    package init(connection: PostgresConnection, tenant: TenantID) {
        self.connection = connection
        self.tenant = tenant
    }

    /// About how many rows there are, for a measure of progress.
    package func count() async throws -> Int {
        let counts = TenantArchive.tables.map { table in
            "SELECT count(*) FROM \(table) WHERE \(table == "tenants" ? "id" : "tenantId") = '\(tenant)'"
        }
        let sum = counts.map { "(\($0))" }.joined(separator: " + ")
        return try await connection.withTransaction(
            TransactionOptions(isReadOnly: true),
            prologue: ["SELECT set_config('hub.tenant', \(tenant)::text, true)"]
        ) { transaction in
            let query = PostgresQuery(unsafeSQL: "SELECT \(sum)").unprepared.within(.seconds(300))
            return try await transaction.query(query).single().decode(Int.self, at: 0)
        }
    }

    /// Hands the rows out, table by table in the archive's order, each as the text of a JSON object.
    ///
    /// - Parameters:
    ///   - withPasswords: whether the hashes of passwords are among them.
    ///   - older: reads the older part of the audit trail, from the region's audit store, and hands it out too; told what it is
    ///     older than, and which users there are.
    ///   - begin: told the tenant and the version of the schema, before the first row.
    /// - Throws: `.notOwner` when the shard does not serve the tenant, or did not at its moment; what the closures throw.
    package func read(
        withPasswords: Bool,
        older: (_ floor: Timestamp, _ users: [UserID]) async throws -> Void = { _, _ in },
        begin: (ArchivedTenant, Int) throws -> Void,
        _ body: (_ table: String, _ rows: [String]) async throws -> Void
    ) async throws {
        let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
        let prologue: [PostgresQuery] = ["SELECT set_config('hub.tenant', \(tenant)::text, true)"]
        try await connection.withTransaction(options, prologue: prologue) { transaction in
            let rows = try await transaction.query(
                """
                SELECT t.subdomain, t.name, t.createdAt, (SELECT max(version) FROM schema_migrations) FROM tenants AS t
                JOIN tenant_ownership AS o ON o.tenantId = t.id AND o.state IN ('active', 'frozen') WHERE t.id = \(tenant)
                """
            )
            guard let row = rows.first else {
                throw ShardError(.notOwner, "the shard does not serve the tenant")
            }
            let (subdomain, name, createdAt, version) = try row.decode(
                (Subdomain.self, String.self, Timestamp.self, Int.self)
            )
            let archived = ArchivedTenant(id: tenant, subdomain: subdomain, name: name, createdAt: createdAt)
            try begin(archived, version)
            for table in TenantArchive.tables { try await read(table, withPasswords, transaction, body) }
            let floor = try await transaction.query("SELECT max(floor) FROM audit_floors WHERE tenantId = \(tenant)")
                .single().decode(Timestamp?.self, at: 0)
            guard let floor else { return }
            let users = try await transaction.query("SELECT id FROM users WHERE tenantId = \(tenant)").decode(
                UserID.self
            )
            try await older(floor, users)
        }
    }

    // MARK: - Private

    private func read(
        _ table: String,
        _ withPasswords: Bool,
        _ transaction: PostgresTransaction,
        _ body: (_ table: String, _ rows: [String]) async throws -> Void
    ) async throws {
        let hidden = table == "users" && !withPasswords
        let row = hidden ? "to_jsonb(t) || '{\"passwordhash\": \"\(TenantArchive.noPassword)\"}'" : "to_jsonb(t)"
        let key = table == "tenants" ? "id" : "tenantId"
        _ = try await transaction.query(
            PostgresQuery(
                unsafeSQL: """
                    DECLARE rows NO SCROLL CURSOR FOR
                    SELECT (\(row))::text FROM \(table) AS t WHERE \(key) = '\(tenant)' ORDER BY id
                    """
            ).unprepared
        )
        while true {
            let fetch = PostgresQuery(unsafeSQL: "FETCH \(TenantExport.batch) FROM rows").unprepared
            let rows = try await transaction.query(fetch).decode(String.self)
            if rows.isEmpty { break }
            try await body(table, rows)
        }
        _ = try await transaction.query(PostgresQuery(unsafeSQL: "CLOSE rows").unprepared)
    }
}
