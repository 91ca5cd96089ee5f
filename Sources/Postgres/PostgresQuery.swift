/// A statement with the values bound to it.
///
/// Written as a string literal it is safe by construction: `"… WHERE id = \(id)"` sends the value apart from the SQL, so
/// that no value can change the statement. An identifier is quoted (`\(identifier: name)`), and only
/// `\(unescaped: text)` becomes SQL.
package struct PostgresQuery: Sendable {
    /// The SQL, with `$1`, `$2`, … in place of the values.
    package let sql: String

    /// The values.
    package let binds: PostgresBinds

    /// Whether the statement is kept prepared on the connection; worth nothing for one that runs once.
    package var isPrepared = true

    /// The time after which the connection is closed if there is no outcome, instead of the configuration's.
    package var timeout: Duration?

    /// A statement of SQL that somebody has made sure of.
    package init(unsafeSQL sql: String, binds: PostgresBinds = PostgresBinds()) {
        self.sql = sql
        self.binds = binds
    }
}

extension PostgresQuery {
    /// The same statement, parsed each time it runs.
    package var unprepared: PostgresQuery {
        var query = self
        query.isPrepared = false
        return query
    }

    /// The same statement with a client-side time limit of its own.
    package func within(_ timeout: Duration) -> PostgresQuery {
        var query = self
        query.timeout = timeout
        return query
    }
}

extension PostgresQuery: CustomStringConvertible {
    /// The SQL; never the values.
    package var description: String { sql }
}
