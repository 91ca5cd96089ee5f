/// How a transaction is opened.
package struct TransactionOptions: Sendable, Hashable {
    /// The isolation levels that the server distinguishes.
    package enum Isolation: String, Sendable, Hashable {
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    /// The isolation level; without one the session's default.
    package var isolation: Isolation?

    /// Whether the server refuses writes.
    package var isReadOnly: Bool

    package init(isolation: Isolation? = nil, isReadOnly: Bool = false) {
        self.isolation = isolation
        self.isReadOnly = isReadOnly
    }

    /// The statement that opens the transaction.
    var begin: PostgresQuery {
        let level = isolation.map { " ISOLATION LEVEL \($0.rawValue)" } ?? ""
        return PostgresQuery(unsafeSQL: "BEGIN\(level)\(isReadOnly ? " READ ONLY" : "")")
    }
}
