/// One row of a result.
package struct PostgresRow: Sendable {
    private let result: PostgresResult
    private let index: Int

    init(result: PostgresResult, index: Int) {
        self.result = result
        self.index = index
    }

    /// The value of a column.
    ///
    /// - Parameter name: the column's name, in which upper and lower case are the same: SQL folds names that are not quoted.
    /// - Throws: `decoding` if there is no such column, or its value has another type or is NULL.
    package func decode<Value: PostgresDecodable>(
        _ type: Value.Type,
        _ name: String
    ) throws(PostgresError) -> Value {
        guard let column = result.columnIndex(of: name) else {
            let known = (0..<result.columnCount).map(result.columnName).joined(separator: ", ")
            throw PostgresError(.decoding, "the result has no column \"\(name)\"; it has \(known)")
        }
        return try decode(type, at: column)
    }

    /// The value of a column, counted from 0.
    ///
    /// - Throws: `decoding` if there is no such column, or its value has another type or is NULL.
    package func decode<Value: PostgresDecodable>(
        _ type: Value.Type,
        at column: Int
    ) throws(PostgresError) -> Value {
        guard column >= 0, column < result.columnCount else {
            throw PostgresError(.decoding, "the result has no column \(column); it has \(result.columnCount)")
        }
        let value = result.withText(row: index, column: column) { text in
            if let text { Value(postgresText: text) } else { Value.whenNull }
        }
        guard let value else { throw mismatch(type, column) }
        return value
    }

    /// The values of all columns in order.
    ///
    /// - Throws: `decoding` if the columns have another number or other types.
    package func decode<each Column: PostgresDecodable>(
        _ types: (repeat (each Column).Type)
    ) throws(PostgresError) -> (repeat each Column) {
        var expected = 0
        for _ in repeat each types { expected += 1 }
        guard expected == result.columnCount else {
            throw PostgresError(.decoding, "expected \(expected) columns, the result has \(result.columnCount)")
        }
        return try decode((repeat each types), from: 0)
    }

    /// The values of columns that follow each other; others may be before and after them.
    ///
    /// - Parameter first: the first of them, counted from 0.
    /// - Throws: `decoding` if there are not so many, or they have other types.
    package func decode<each Column: PostgresDecodable>(
        _ types: (repeat (each Column).Type),
        from first: Int
    ) throws(PostgresError) -> (repeat each Column) {
        var column = first
        func next<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
            defer { column += 1 }
            return try decode(type, at: column)
        }
        return (repeat try next(each types))
    }

    /// Whether the value of a column is NULL.
    package func isNull(_ name: String) throws(PostgresError) -> Bool {
        try decode(String?.self, name) == nil
    }

    // MARK: - Private

    /// Names the column and the types, never the value: it may be somebody's data.
    private func mismatch<Value>(_ type: Value.Type, _ column: Int) -> PostgresError {
        let isNull = result.withText(row: index, column: column) { $0 == nil }
        let found = isNull ? "is NULL" : "has a value of another type"
        return PostgresError(.decoding, "column \"\(result.columnName(column))\" \(found), expected \(type)")
    }
}
