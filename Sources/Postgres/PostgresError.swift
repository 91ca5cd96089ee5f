/// Why a database operation failed: what happened, at which server, and what the server said.
package struct PostgresError: Error, Sendable {
    /// What happened; bounded, so that it can label a metric.
    package let code: Code

    /// What happened and what to do about it, in one sentence without the server's address.
    package let message: String

    /// The server, as `host:port/database as user`.
    package internal(set) var server: String?

    /// What the server reported, if the failure is the server's.
    package let report: ServerReport?

    /// The failure behind this one, if there is one.
    package let underlying: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        server: String? = nil,
        report: ServerReport? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.server = server
        self.report = report
        self.underlying = underlying
    }
}

extension PostgresError {
    /// The kinds of failure.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The server cannot be reached, is starting or stopping, or the connection was lost before the outcome.
        case connection
        /// The server refused the user, the password or the database.
        case authentication
        /// A statement took longer than the server or the caller allows.
        case timeout
        /// The caller's task was cancelled, or an operator cancelled the statement; it had no effect.
        case cancelled
        /// The server refused a statement; see ``PostgresError/sqlState``.
        case server
        /// The server sent what cannot be understood; the connection was closed.
        case protocolViolation
        /// No connection of the pool became free in time, or too many callers wait for one.
        case poolExhausted
        /// The pool was shut down.
        case poolClosed
        /// A result does not have the shape or the type that was asked for.
        case decoding
        /// A value cannot be sent.
        case encoding
        /// `COMMIT` found a failed transaction and rolled it back.
        case transactionRolledBack
        /// The connection was lost after `COMMIT` was sent: the transaction may be committed or not.
        case commitUnknown
        /// What had to be so when a transaction began was not; nothing of it was given to anybody.
        case conditionFailed
        /// The driver was used wrongly, for instance a transaction after its end.
        case invalidUse
    }

    /// The five characters of the SQL standard's error code, if the server reported one.
    package var sqlState: String? { report?.sqlState }

    /// The constraint that was violated.
    package var constraint: String? { report?.constraint }

    /// The table concerned.
    package var table: String? { report?.table }

    /// The column concerned.
    package var column: String? { report?.column }

    /// The server's further explanation; it may quote data.
    package var detail: String? { report?.detail }

    /// Whether the server reported a code.
    package func isServerError(_ sqlState: String) -> Bool { report?.sqlState == sqlState }

    /// A row with the same key exists.
    package var isUniqueViolation: Bool { isServerError("23505") }

    /// A row refers to one that does not exist, or is referred to.
    package var isForeignKeyViolation: Bool { isServerError("23503") }

    /// A CHECK constraint refused a row.
    package var isCheckViolation: Bool { isServerError("23514") }

    /// The transaction lost against a concurrent one (or a deadlock) and can be tried again from its beginning.
    package var isSerializationFailure: Bool { isServerError("40001") || isServerError("40P01") }

    /// A lock was not granted in time.
    package var isLockTimeout: Bool { isServerError("55P03") }

    /// The connection could not be made or was lost; whether a statement took effect is unknown if it was sent.
    package var isConnectionLoss: Bool { code == .connection || code == .commitUnknown }

    /// The same error, told where it happened.
    func at(_ server: String) -> PostgresError {
        var error = self
        error.server = error.server ?? server
        return error
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        let place = server.map { " (\($0))" } ?? ""
        return "\(message)\(place)"
    }
}
