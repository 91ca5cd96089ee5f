import HubColumns
package import HubModel
package import Postgres
import ShardStore

/// Everything on one shard that holds something of a tenant.
package struct TenantPlaces: Sendable {
    /// Tables with rows, partitions under their table's name.
    package let tables: [TableRows]
    /// The ownership row, in words; nil without one.
    package let ownership: String?
    /// Moves of the tenant that have something on the server: the ownership row's and those of its markers.
    package let moves: [MoveID]
    package let slots: [String]
    package let publications: [String]
    package let subscriptions: [String]

    package var isEmpty: Bool {
        tables.isEmpty && ownership == nil && slots.isEmpty && publications.isEmpty && subscriptions.isEmpty
    }

    /// Looks a shard through.
    ///
    /// - Parameters:
    ///   - pool: connections of the administrator.
    ///   - moves: those that are known to have moved the tenant; their objects are looked for by name. Publications are
    ///     found by their filter too.
    package static func find(
        _ tenant: TenantID,
        moves: Set<MoveID> = [],
        in pool: PostgresPool
    ) async throws(PostgresError) -> TenantPlaces {
        let queries = ShardSchema.carriedTables.map { table in
            PostgresQuery(
                unsafeSQL: "SELECT count(*) FROM \(table) WHERE \(table == "tenants" ? "id" : "tenantId") = '\(tenant)'"
            ).unprepared.within(.seconds(300))
        }
        let counts = try await pool.pipeline(queries)
        var tables: [TableRows] = []
        for (table, rows) in zip(ShardSchema.carriedTables, counts) {
            let count = try rows.single().decode(Int.self, at: 0)
            if count > 0 { tables.append(TableRows(table: table, rows: count)) }
        }
        let answers = try await pool.pipeline([
            """
            SELECT state || ' at epoch ' || epoch || coalesce(', held by move ' || moveId || ', attempt ' || attempt, ''), moveId
            FROM tenant_ownership WHERE tenantId = \(tenant)
            """,
            "SELECT DISTINCT moveId FROM move_markers WHERE tenantId = \(tenant)",
            """
            SELECT DISTINCT p.pubname FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
            WHERE pg_get_expr(r.prqual, r.prrelid) LIKE \("%\(tenant)%") AND p.pubname LIKE 'hub\\_move\\_%'
            """,
            "SELECT slot_name::text FROM pg_replication_slots WHERE database = current_database() ORDER BY 1",
            "SELECT pubname::text FROM pg_publication ORDER BY 1",
            """
            SELECT subname::text FROM pg_subscription
            WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
            """,
        ])
        var known = moves
        if let row = answers[0].first, let move = try row.decode(MoveID?.self, at: 1) { known.insert(move) }
        for row in answers[1] { known.insert(try row.decode(MoveID.self, at: 0)) }
        for row in answers[2] {
            if let name = StreamName(try row.decode(String.self, at: 0)) { known.insert(name.move) }
        }
        func ours(_ rows: PostgresRows) throws(PostgresError) -> [String] {
            try rows.map { row throws(PostgresError) in try row.decode(String.self, at: 0) }
                .filter { name in StreamName(name).map { known.contains($0.move) } ?? false }
        }
        return TenantPlaces(
            tables: tables,
            ownership: try answers[0].first?.decode(String.self, at: 0),
            moves: known.sorted(),
            slots: try ours(answers[3]),
            publications: try ours(answers[4]),
            subscriptions: try ours(answers[5])
        )
    }
}
