import Postgres
import ShardStore

/// A table whose rows of a tenant are carried, as the catalog of a shard knows it.
struct CarriedTable: Hashable, Sendable {
    let name: String
    /// The column that names the tenant.
    let tenantColumn: String
    /// All columns, sorted by name: the order in which both shards are read and compared.
    let columns: [String]
    /// The primary key without the tenant.
    let key: [String]
    /// The types of the key's columns.
    let keyTypes: [String]
    /// The columns that ranges go by: those the key begins with and two servers sort alike, whatever their collations.
    let rangeColumns: [String]

    /// Reads the tables from a shard, in the order of ``ShardSchema/carriedTables``.
    static let catalog: PostgresQuery = """
        SELECT listed.name, CASE listed.name WHEN 'tenants' THEN 'id' ELSE 'tenantid' END,
               ARRAY(SELECT a.attname::text FROM pg_attribute AS a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                     ORDER BY a.attname COLLATE "C"),
               ARRAY(SELECT a.attname::text
                     FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
                     WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname <> 'tenantid'
                     ORDER BY k.place),
               ARRAY(SELECT a.attname::text
                     FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
                     WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname <> 'tenantid'
                       AND NOT EXISTS (
                         SELECT FROM unnest(i.indkey) WITH ORDINALITY AS before (attnum, place)
                         JOIN pg_attribute AS b ON b.attrelid = c.oid AND b.attnum = before.attnum
                         WHERE before.place <= k.place AND b.attcollation <> 0)
                     ORDER BY k.place),
               ARRAY(SELECT format_type(a.atttypid, NULL)
                     FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
                     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
                     WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname <> 'tenantid'
                     ORDER BY k.place)
        FROM unnest(\(ShardSchema.carriedTables)::text[]) WITH ORDINALITY AS listed (name, place)
        JOIN pg_class AS c ON c.relname = listed.name AND c.relnamespace = 'public'::regnamespace
        ORDER BY listed.place
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        name = try row.decode(String.self, at: 0)
        tenantColumn = try row.decode(String.self, at: 1)
        columns = try row.decode([String].self, at: 2)
        key = try row.decode([String].self, at: 3)
        rangeColumns = try row.decode([String].self, at: 4)
        keyTypes = try row.decode([String].self, at: 5)
    }

    /// The columns as SQL.
    var columnList: String { columns.map { PostgresQuery.quoted(identifier: $0) }.joined(separator: ", ") }
}

extension MoveEngine {
    /// The tables that are carried.
    ///
    /// - Throws: `.refused` when the shard lacks one.
    func carriedTables(at side: MoveSide) async throws(MoveError) -> [CarriedTable] {
        let tables = try await telling(side, "reading the catalog") {
            try await side.pool.query(CarriedTable.catalog).map { try CarriedTable($0) }
        }
        let missing = Set(ShardSchema.carriedTables).subtracting(tables.map(\.name)).sorted()
        guard missing.isEmpty else {
            throw MoveError(
                .refused,
                "\(side.shard) has no table \(missing.joined(separator: ", ")); migrate it first",
                at: side.shard
            )
        }
        return tables
    }
}
