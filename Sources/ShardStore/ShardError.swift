package import Postgres

/// Why a tenant's data could not be read or changed; never carries SQL or another tenant's data in its message.
package struct ShardError: Error, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// This shard does not serve the tenant at the context's epoch (any more, or yet); nothing was done.
        case notOwner
        /// The tenant has no such object.
        case notFound(ShardEntity)
        /// Another object of the tenant has the same value in this field.
        case duplicate(field: String)
        /// The tenant's subscription allows no more.
        case limitReached(ShardEntity, limit: Int, used: Int)
        /// The field names an object that the tenant does not have.
        case invalidReference(field: String)
        /// The database refuses a value; the field is given when it is known.
        case invalidValue(field: String?)
        /// The tenant would be left without an administrator.
        case lastAdministrator
        /// The shard holds something else under this id.
        case conflict
        /// The tenant uses its share of the shard's connections, and more waits for it than may; nothing was done.
        case overShare
        /// The database cannot answer now; nothing was done, and the request may be tried again.
        case unavailable
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
