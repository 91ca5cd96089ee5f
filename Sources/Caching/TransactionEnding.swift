/// How a transaction ended, as far as its client knows.
package enum TransactionEnding: Hashable, Sendable {
    case committed
    case aborted
    /// The connection was lost at the COMMIT.
    case unknown
}
