import HubModel
import Postgres

/// A tenant's rows of a table from one key on, up to another; an end that is missing is open.
struct KeyRange: Hashable, Sendable {
    let table: CarriedTable
    /// The values of the table's range columns, as text.
    var lower: [String]?
    var upper: [String]?
    /// How many rows were in it when it was cut.
    var rows = 0

    /// The condition that selects the rows, as text one can paste.
    func condition(_ tenant: TenantID) -> String {
        let columns = "(\(table.rangeColumns.map { PostgresQuery.quoted(identifier: $0) }.joined(separator: ", ")))"
        func tuple(_ values: [String]) -> String {
            "(\(values.map { PostgresQuery.quoted(literal: $0) }.joined(separator: ", ")))"
        }
        var condition = "\(PostgresQuery.quoted(identifier: table.tenantColumn)) = '\(tenant)'"
        if let lower { condition += " AND \(columns) >= \(tuple(lower))" }
        if let upper { condition += " AND \(columns) < \(tuple(upper))" }
        return condition
    }

    /// For people: `tasks from 0196… to 0197…`.
    var summary: String {
        let from = lower.map { " from \($0.joined(separator: ", "))" } ?? ""
        let to = upper.map { " to \($0.joined(separator: ", "))" } ?? ""
        return table.name + from + to
    }

    /// Cuts a tenant's rows of a table into ranges of about `size` rows, which together hold every key there can be.
    ///
    /// The key's index is walked once: ids of version 7 sort by time, and no rule for their spacing would survive a night.
    static func boundaries(of table: CarriedTable, _ tenant: TenantID, size: Int) -> PostgresQuery {
        let columns = table.rangeColumns.map { PostgresQuery.quoted(identifier: $0) }.joined(separator: ", ")
        let texts = table.rangeColumns.map { "\(PostgresQuery.quoted(identifier: $0))::text" }.joined(separator: ", ")
        return PostgresQuery(
            unsafeSQL: """
                SELECT ARRAY[\(texts)], first, total FROM (
                  SELECT \(columns), row_number() OVER (ORDER BY \(columns)) AS n, rank() OVER (ORDER BY \(columns)) AS first,
                         count(*) OVER () AS total
                  FROM \(table.name) WHERE \(PostgresQuery.quoted(identifier: table.tenantColumn)) = '\(tenant)'
                ) AS numbered WHERE (n - 1) % \(size) = 0 ORDER BY n
                """
        ).unprepared.within(.seconds(600))
    }

    /// The ranges between boundaries.
    static func ranges(of table: CarriedTable, _ rows: PostgresRows) throws(PostgresError) -> [KeyRange] {
        let total = try rows.first?.decode(Int.self, at: 2) ?? 0
        // Rows of equal keys are not parted: a range begins with the first of them.
        var cuts: [(key: [String], row: Int)] = []
        for row in rows {
            let cut = (key: try row.decode([String].self, at: 0), row: try row.decode(Int.self, at: 1))
            if cut.row > 1 && cut.row != cuts.last?.row { cuts.append(cut) }
        }
        var ranges: [KeyRange] = []
        var lower: [String]?
        var first = 1
        for cut in cuts {
            ranges.append(KeyRange(table: table, lower: lower, upper: cut.key, rows: cut.row - first))
            (lower, first) = (cut.key, cut.row)
        }
        ranges.append(KeyRange(table: table, lower: lower, upper: nil, rows: total - first + 1))
        return ranges
    }
}

extension MoveEngine {
    /// Cuts the tenant's rows of every table, or of some, as a shard has them now.
    func ranges(
        at side: MoveSide,
        size: Int,
        of tables: [CarriedTable]? = nil
    ) async throws(MoveError) -> [KeyRange] {
        let tables = if let tables { tables } else { try await carriedTables(at: side) }
        var ranges: [KeyRange] = []
        for table in tables {
            ranges += try await telling(side, "cutting \(table.name) into ranges") {
                try KeyRange.ranges(
                    of: table,
                    try await side.pool.query(KeyRange.boundaries(of: table, claim.tenant, size: size))
                )
            }
        }
        return ranges
    }
}
