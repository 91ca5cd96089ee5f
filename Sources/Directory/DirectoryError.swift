package import Postgres

/// Why the directory could not be read or changed.
package struct DirectoryError: Error, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// There is no such tenant, shard, region, registration, user or key.
        case notFound(DirectoryEntity)
        /// Another tenant, or a sign-up under way, has the subdomain.
        case taken
        /// The subdomain is blocked: a system's name, or one that a tenant gave up.
        case reserved
        /// No shard of the region takes new tenants.
        case noOpenShard
        /// The object's state does not allow this.
        case conflict
        /// What is to be removed still has tenants.
        case inUse
        /// Another object has the same value in this field.
        case duplicate(field: String)
        /// The database refuses a value.
        case invalidValue
        /// The database cannot answer now; nothing was done, and the request may be tried again.
        case unavailable
        /// Another mover has the move; nothing was done.
        case superseded
        /// The connection was lost while committing: the change may have been made or not.
        case outcomeUnknown
        /// The caller was cancelled; nothing was done.
        case cancelled
        /// A fault of the program or the schema.
        case failed
    }

    package let code: Code
    package let message: String
    package let underlying: PostgresError?

    package init(_ code: Code, _ message: String, underlying: PostgresError? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    package var description: String { message }
}
