import Synchronization

/// What others may know of a connection without asking its actor.
final class ConnectionCondition: Sendable {
    /// The state in which a connection was last seen at rest.
    enum Value: UInt8 {
        /// Outside a transaction.
        case idle
        /// In a transaction, failed or not.
        case inTransaction
        /// Closed for good.
        case closed
    }

    private let value = Atomic<UInt8>(Value.idle.rawValue)

    /// Whether somebody else can be given the connection.
    var isReusable: Bool { current == .idle }

    var current: Value { Value(rawValue: value.load(ordering: .acquiring))! }

    func update(_ new: Value) {
        value.store(new.rawValue, ordering: .releasing)
    }
}
