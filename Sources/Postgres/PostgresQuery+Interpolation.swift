extension PostgresQuery: ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        var sql: String
        var binds = PostgresBinds()

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql = ""
            sql.reserveCapacity(literalCapacity + 3 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            sql += literal
        }

        /// Binds a value; nil is NULL.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            binds.append(value)
            sql += "$\(binds.count)"
        }

        /// Writes a name of a table, a column or such, quoted: exactly this name, upper case included.
        package mutating func appendInterpolation(identifier: String) {
            sql += PostgresQuery.quoted(identifier: identifier)
        }

        /// Writes SQL as it is.
        package mutating func appendInterpolation(unescaped: String) {
            sql += unescaped
        }
    }

    package init(stringLiteral value: String) {
        self.init(unsafeSQL: value)
    }

    package init(stringInterpolation: StringInterpolation) {
        self.init(unsafeSQL: stringInterpolation.sql, binds: stringInterpolation.binds)
    }

    /// A name in double quotes. A NUL would end the statement for libpq, so it goes; the server knows no such name.
    package static func quoted(identifier: String) -> String {
        var quoted = "\""
        for scalar in identifier.unicodeScalars where scalar != "\0" {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// A text in single quotes, for statements that take no parameters (`CREATE ROLE … PASSWORD`, `SET`).
    package static func quoted(literal: String) -> String {
        var quoted = "'"
        for scalar in literal.unicodeScalars where scalar != "\0" {
            if scalar == "'" { quoted += "'" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }
}
