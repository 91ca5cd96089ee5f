package import HubModel

/// What a mover asks of the directory.
///
/// Everything here is conditional on the record's attempt being the journal's, else ``MoveProblem/Code/superseded``; a
/// connection that is lost under it is ``MoveProblem/Code/unknown``.
package protocol MoveJournal: Sendable {
    /// Raises the attempt.
    ///
    /// - Parameter attempt: the one it must have now, when a mover takes its own move anew; nil when another mover's
    ///   lease has ended.
    func take(_ move: MoveID, after attempt: MoveAttempt?) async throws(MoveProblem) -> MoveRecord
    /// Replaces the journal's row; refuses when its wish is no longer the one that the record was decided by.
    func write(_ record: MoveRecord, decidedBy wish: MoveWish?) async throws(MoveProblem)
    /// Holds the tenant and remembers what it was, which a change meanwhile (a suspension) changes there.
    func hold(_ record: MoveRecord, then next: MoveRecord) async throws(MoveProblem)
    /// Names the receiving shard, on condition that the directory names the giving one at the record's epoch.
    func commit(_ record: MoveRecord, then next: MoveRecord) async throws(MoveProblem)
    /// Makes the tenant again what it was, on condition that the directory names the receiving shard at the record's
    /// epoch.
    func release(_ record: MoveRecord, then next: MoveRecord) async throws(MoveProblem)
    /// Makes the tenant again what it was, at the next epoch, on condition that the directory names the giving shard at
    /// the record's epoch.
    func unhold(_ record: MoveRecord, then next: MoveRecord) async throws(MoveProblem)
    /// Adds the certificate.
    func certify(_ record: MoveRecord, then next: MoveRecord) async throws(MoveProblem)
}
