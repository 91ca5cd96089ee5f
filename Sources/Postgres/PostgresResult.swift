import CPostgres

/// A result of libpq, which is freed with the last reference to it.
// Unchecked, because libpq never changes a result once it has handed it out: any thread may read it.
@safe final class PostgresResult: @unchecked Sendable {
    /// What a result is.
    enum Status {
        case rows
        case command
        case failure
        case pipelineSync
        case pipelineAborted
        case copyIn
        case copyOut
        case other
    }

    private let handle: OpaquePointer

    /// The number of rows.
    let rowCount: Int

    /// The number of columns.
    let columnCount: Int

    /// Takes over a result.
    init(adopting handle: OpaquePointer) {
        unsafe self.handle = handle
        rowCount = unsafe Int(PQntuples(handle))
        columnCount = unsafe Int(PQnfields(handle))
    }

    deinit {
        unsafe PQclear(handle)
    }

    var status: Status {
        switch unsafe PQresultStatus(handle) {
        case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: .rows
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: .command
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: .failure
        case PGRES_PIPELINE_SYNC: .pipelineSync
        case PGRES_PIPELINE_ABORTED: .pipelineAborted
        case PGRES_COPY_IN: .copyIn
        case PGRES_COPY_OUT: .copyOut
        default: .other
        }
    }

    /// The server's word for what was done, such as `INSERT 0 3`.
    var commandTag: String { unsafe String(cString: PQcmdStatus(handle)) }

    /// The number of rows that the command touched or returned; 0 for a command of another kind.
    var affectedRows: Int { unsafe Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// The name of a column.
    func columnName(_ column: Int) -> String {
        unsafe String(cString: PQfname(handle, CInt(column)))
    }

    /// The first column with a name, upper and lower case of ASCII letters being the same; an exact match goes first.
    func columnIndex(of name: String) -> Int? {
        var similar: Int?
        for column in 0..<columnCount {
            switch unsafe Self.compare(name.utf8, PQfname(handle, CInt(column))) {
            case .exact: return column
            case .similar: similar = similar ?? column
            case .different: break
            }
        }
        return similar
    }

    /// Lends the text of a value, or nil for NULL. The text is followed by a NUL.
    func withText<Value>(row: Int, column: Int, _ body: (Span<UInt8>?) -> Value) -> Value {
        if unsafe PQgetisnull(handle, CInt(row), CInt(column)) != 0 { return body(nil) }
        let length = unsafe Int(PQgetlength(handle, CInt(row), CInt(column)))
        let start = unsafe UnsafeRawPointer(PQgetvalue(handle, CInt(row), CInt(column))!)
        let text = unsafe UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length)
        return unsafe body(text.span)
    }

    /// What the server reported, if it did; a failure that libpq itself found has no code.
    var report: ServerReport? {
        guard let sqlState = field("C") else { return nil }
        return ServerReport(
            sqlState: sqlState,
            message: field("M") ?? "",
            detail: field("D"),
            hint: field("H"),
            constraint: field("n"),
            table: field("t"),
            column: field("c"),
            function: field("R")
        )
    }

    /// The message of a failure that libpq found.
    var message: String {
        unsafe LibpqText.oneLine(PQresultErrorMessage(handle))
    }

    // MARK: - Private

    private enum Likeness {
        case exact
        case similar
        case different
    }

    private static func compare(_ name: String.UTF8View, _ other: UnsafePointer<CChar>) -> Likeness {
        var likeness = Likeness.exact
        var index = 0
        for byte in name {
            let otherByte = unsafe UInt8(bitPattern: other[index])
            if byte != otherByte {
                guard lowered(byte) == lowered(otherByte) else { return .different }
                likeness = .similar
            }
            index += 1
        }
        return unsafe other[index] == 0 ? likeness : .different
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// A field of an error, by its code in the protocol ("Error and Notice Message Fields").
    private func field(_ code: Unicode.Scalar) -> String? {
        guard let text = unsafe PQresultErrorField(handle, CInt(code.value)) else { return nil }
        return unsafe String(cString: text)
    }
}
