import HubColumns
import HubModel
import Postgres
import ShardStore

extension MoveEngine {
    /// The tenant's rows at the target whose foreign key leads nowhere: neither a copy nor a stream looks at them.
    ///
    /// - Parameter tables: only what refers from these to these is looked at.
    package func orphans(
        of tables: [String] = ShardSchema.carriedTables
    ) async throws(MoveError) -> [Verification.Orphans] {
        let keys = try await telling(target, "reading the foreign keys") {
            try await target.pool.query(Self.foreignKeys(of: tables)).decode(
                (String.self, String.self, String.self, [String].self, [String].self, [String].self)
            )
        }
        var found: [Verification.Orphans] = []
        for (table, constraint, referenced, columns, referencedColumns, key) in keys {
            let rows = try await telling(target, "looking for orphans of \(constraint)") {
                try await target.pool.query(
                    query(table, referenced, columns, referencedColumns, key)
                ).decode((Int.self, String.self))
            }
            guard let count = rows.first?.0 else { continue }
            found.append(
                Verification.Orphans(table: table, constraint: constraint, keys: rows.map(\.1), count: count)
            )
        }
        return found
    }

    // MARK: - Private

    private static func foreignKeys(of tables: [String]) -> PostgresQuery {
        """
        SELECT t.relname, f.conname, r.relname,
               ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k (n, place)
                     JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.n ORDER BY k.place),
               ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k (n, place)
                     JOIN pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.n ORDER BY k.place),
               ARRAY(SELECT a.attname::text
                     FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (n, place)
                     JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.n
                     WHERE i.indrelid = t.oid AND i.indisprimary AND a.attname <> 'tenantid' ORDER BY k.place)
        FROM pg_constraint AS f JOIN pg_class AS t ON t.oid = f.conrelid JOIN pg_class AS r ON r.oid = f.confrelid
        WHERE f.contype = 'f' AND f.conparentid = 0 AND t.relname = ANY(\(tables)) AND r.relname = ANY(\(tables))
          AND t.relnamespace = 'public'::regnamespace
        ORDER BY t.relname, f.conname
        """
    }

    /// The first few rows of the tenant that refer to nothing, each with how many there are.
    private func query(
        _ table: String,
        _ referenced: String,
        _ columns: [String],
        _ referencedColumns: [String],
        _ key: [String]
    ) -> PostgresQuery {
        let quoted = PostgresQuery.quoted(identifier:)
        let pairs = zip(columns, referencedColumns).map { "r.\(quoted($1)) = o.\(quoted($0))" }
        let present = columns.map { "o.\(quoted($0)) IS NOT NULL" }
        return PostgresQuery(
            unsafeSQL: """
                SELECT count(*) OVER (), concat_ws(', ', \(key.map { "o." + quoted($0) }.joined(separator: ", ")))
                FROM \(table) AS o
                WHERE o.tenantId = '\(claim.tenant)' AND \(present.joined(separator: " AND "))
                  AND NOT EXISTS (SELECT FROM \(referenced) AS r WHERE \(pairs.joined(separator: " AND ")))
                LIMIT 5
                """
        ).unprepared.within(.seconds(300))
    }
}
