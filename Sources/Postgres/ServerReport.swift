/// An error as the server reported it.
package struct ServerReport: Sendable, Hashable {
    /// The five characters of the SQL standard's error code.
    package let sqlState: String

    /// The server's message.
    package let message: String

    /// A further explanation; it may quote data.
    package let detail: String?

    /// What the server suggests.
    package let hint: String?

    /// The constraint that was violated.
    package let constraint: String?

    /// The table concerned.
    package let table: String?

    /// The column concerned.
    package let column: String?

    /// The server's function that reported the error; unlike the message it is never translated.
    let function: String?
}

extension ServerReport {
    /// A prepared statement's result would have other columns than before: somebody changed a table.
    var isStalePlan: Bool { sqlState == "0A000" && function == "RevalidateCachedQuery" }

    /// A prepared statement does not exist (any more).
    var isUnknownStatement: Bool { sqlState == "26000" }

    /// The statement was cancelled: by request, or by `statement_timeout`.
    var isCancellation: Bool { sqlState == "57014" }

    /// The kind of error that a report amounts to.
    var code: PostgresError.Code {
        switch sqlState {
        case "57014": message.contains("statement timeout") ? .timeout : .cancelled
        case "28000", "28P01", "3D000": .authentication
        case "57P01", "57P02", "57P03", "53300": .connection
        case _ where sqlState.hasPrefix("08"): .connection
        default: .server
        }
    }
}
