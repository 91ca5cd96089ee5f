/// Why a snapshot, a change or a snapshot file was refused.
package struct PlacementError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// It would lead back to an older version.
        case olderVersion
        /// It has no tenants, or far fewer than the snapshot in use.
        case shrunken
        case unknownShard
        /// Two tenants with one name, a name that is none, or more shards than fit.
        case malformed
        /// A file of another kind or of another format version.
        case foreignFile
        /// A file that ends early or whose bytes have changed.
        case damagedFile
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
