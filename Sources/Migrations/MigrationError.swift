package import Postgres

/// Why a database's schema could not be checked or changed, as one sentence for an operator.
package struct MigrationError: Error, CustomStringConvertible {
    package enum Code: Sendable {
        /// Migrations are to be applied: `hubctl migrate`.
        case behind
        /// The database was migrated by a newer program.
        case ahead
        /// An applied migration differs from this program's of the same version.
        case drift
        /// A version is missing between the applied ones.
        case gap
        /// The database could not be asked.
        case unreachable
        /// A statement failed; the migration it belongs to was rolled back.
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
