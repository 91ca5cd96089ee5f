package import Caching

/// The cache's part in a write transaction: whoever could be reading what the transaction changes is sent to the primary
/// before it commits.
package protocol WriteFencing: Sendable {
    /// Raises the fence on the items of `scope`; the transaction may commit only when it stands.
    ///
    /// - Parameters:
    ///   - row: the gate's row, as the transaction read it after it had taken the gate's lock shared.
    ///   - writer: the transaction.
    func raise(_ scope: CacheScope, _ row: GateRow, writer: WriterID) async -> WriteFence

    /// Returns when it makes sense to begin a write: not while the gate is known to be closing, when each would be rolled
    /// back. Whoever waits here holds no connection.
    func settle() async
}

extension WriteFencing {
    package func settle() async {}
}

/// What a writer may do.
package enum WriteFence: Sendable {
    /// Commit, or roll back, and say how that ended.
    case raised(lower: @Sendable (TransactionEnding) async -> Void)
    /// Roll back, and do it all again after so long.
    case refused(retryAfter: Duration)
}
