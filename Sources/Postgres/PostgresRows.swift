/// The rows a query returned, read in place from the message that the server sent.
package struct PostgresRows: RandomAccessCollection, Sendable {
    private let result: PostgresResult

    init(_ result: PostgresResult) {
        self.result = result
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { result.rowCount }
    package subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return PostgresRow(result: result, index: position)
    }

    /// The names of the columns.
    package var columns: [String] { (0..<result.columnCount).map(result.columnName) }

    /// The server's word for what was done, such as `INSERT 0 3`.
    package var commandTag: String { result.commandTag }

    /// The number of rows that the statement touched or returned; 0 for a statement of another kind.
    package var affectedRows: Int { result.affectedRows }

    /// The only row.
    ///
    /// - Throws: `decoding` if there are none or several.
    package func single() throws(PostgresError) -> PostgresRow {
        guard count == 1 else { throw PostgresError(.decoding, "expected one row, got \(count)") }
        return self[0]
    }

    /// All rows, read column by column in order.
    ///
    /// - Throws: `decoding` if the columns have another number or other types.
    package func decode<each Column: PostgresDecodable>(
        _ types: (repeat (each Column).Type)
    ) throws(PostgresError) -> [(repeat each Column)] {
        var values: [(repeat each Column)] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            values.append(try PostgresRow(result: result, index: index).decode((repeat each types)))
        }
        return values
    }
}
