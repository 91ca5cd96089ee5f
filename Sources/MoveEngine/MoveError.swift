package import HubModel
package import Postgres

/// Why a step of a move could not be done; the message is a sentence for operators and holds no SQL and no secret.
package struct MoveError: Error, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// A younger attempt has taken the move over: this mover must stop.
        case superseded
        /// The shard's ownership row does not carry the move, or not in the state the step needs.
        case notHeld
        /// Something must be changed first; the message says what.
        case refused
        /// It took longer than it may: a lock, a stream or an open transaction was waited for. It may be tried again.
        case late
        /// The stream has ended with an error.
        case stopped
        /// A shard's server cannot answer now.
        case unavailable
        /// The mover was cancelled.
        case cancelled
        /// A fault of the program or the schema.
        case failed
    }

    package let code: Code
    package let message: String
    /// Where it happened, if that is one shard.
    package let shard: ShardID?
    package let underlying: PostgresError?

    package init(_ code: Code, _ message: String, at shard: ShardID? = nil, underlying: PostgresError? = nil) {
        self.code = code
        self.message = message
        self.shard = shard
        self.underlying = underlying
    }

    package var description: String { message }
}
