import HubModel
import Postgres

/// Some of a tenant's rows of a table, to be compared one by one.
enum RowSelection: Sendable {
    case range(KeyRange)
    /// Those with these keys, which need not be there.
    case keys(CarriedTable, [[String]])

    var table: CarriedTable {
        switch self {
        case .range(let range): range.table
        case .keys(let table, _): table
        }
    }

    /// For people.
    var summary: String {
        switch self {
        case .range(let range): range.summary
        case .keys(let table, let keys): "\(keys.count) changed rows of \(table.name)"
        }
    }

    /// The key of each row, its hash, and the transaction that wrote this version of it.
    func rowHashes(_ tenant: TenantID) -> PostgresQuery {
        let table = table
        let key = table.key.map { "t." + PostgresQuery.quoted(identifier: $0) }
        let columns = table.columns.map { "t." + PostgresQuery.quoted(identifier: $0) }.joined(separator: ", ")
        let selection: PostgresQuery =
            """
            SELECT concat_ws(', ', \(unescaped: key.joined(separator: ", "))),
                   hashtextextended(ROW(\(unescaped: columns))::text COLLATE "C", 0), t.xmin::text
            FROM \(unescaped: table.name) AS t
            """
        switch self {
        case .range(let range):
            let query: PostgresQuery = "\(fragment: selection) WHERE \(unescaped: range.condition(tenant))"
            return query.unkept
        case .keys(_, let keys):
            var arrays: PostgresQuery = ""
            for (place, type) in table.keyTypes.enumerated() {
                let values = keys.map { $0[place] }
                arrays =
                    "\(fragment: arrays)\(unescaped: place == 0 ? "" : ", ")\(values)::text[]::\(unescaped: type)[]"
            }
            let names = key.indices.map { "k\($0)" }
            let pairs = zip(key, names).map { "\($0) = k.\($1)" }.joined(separator: " AND ")
            let owner = "t.\(PostgresQuery.quoted(identifier: table.tenantColumn)) = '\(tenant)'"
            // OFFSET 0 keeps the planner from joining: at a target whose tables have no statistics yet it would take a
            // tenant for a few rows, and read them all.
            let query: PostgresQuery = """
                SELECT found.* FROM unnest(\(fragment: arrays)) AS k (\(unescaped: names.joined(separator: ", ")))
                CROSS JOIN LATERAL (
                  \(fragment: selection) WHERE \(unescaped: pairs) AND \(unescaped: owner) OFFSET 0
                ) AS found
                """
            return query.unkept
        }
    }
}

extension PostgresQuery {
    /// A query of its own, which may take long.
    fileprivate var unkept: PostgresQuery { unprepared.within(.seconds(300)) }
}
