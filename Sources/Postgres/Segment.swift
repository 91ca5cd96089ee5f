/// Queries that travel together and end with one sync: they take effect together or not at all, unless they are part of a
/// larger transaction.
///
/// Not `Sendable`: it belongs to the connection that runs it.
final class Segment {
    /// What the queries belong to.
    enum Scope {
        /// A transaction of their own, which the sync ends. Sent a second time they do no harm after a failure.
        case independent
        /// A transaction that was opened by `BEGIN`.
        case transaction
        /// As `transaction`, and the last query is the `COMMIT`.
        case commit
    }

    /// What the connection was doing for a result.
    enum Step {
        case prepare(StatementCache.Key, name: String)
        case execute(index: Int)
    }

    typealias Outcome = Result<[PostgresRows], PostgresError>

    let id: UInt64
    let queries: [PostgresQuery]
    let scope: Scope
    let deadline: ContinuousClock.Instant?

    /// Whether the caller's task was cancelled.
    var isCancelled = false

    /// Whether a cancel request was sent while the segment was on its way: it may have hit this segment by mistake.
    var isExposed = false

    private(set) var rows: [PostgresRows] = []
    private(set) var failure: PostgresError?
    private(set) var attempts = 0
    private var failedStep = 0
    private var preparations: [(index: Int, key: StatementCache.Key, name: String)] = []
    private var nextPreparation = 0
    private var nextQuery = 0
    private var continuation: CheckedContinuation<Outcome, Never>?

    init(
        id: UInt64,
        queries: [PostgresQuery],
        scope: Scope,
        deadline: ContinuousClock.Instant?,
        continuation: CheckedContinuation<Outcome, Never>?
    ) {
        self.id = id
        self.queries = queries
        self.scope = scope
        self.deadline = deadline
        self.continuation = continuation
    }

    /// Begins to send, for the first time or again.
    func beginAttempt() {
        attempts += 1
        rows.removeAll(keepingCapacity: true)
        failure = nil
        preparations.removeAll()
        nextPreparation = 0
        nextQuery = 0
        isExposed = false
    }

    /// Notes that a statement is prepared on the way, just before the query that needs it.
    func willPrepare(_ key: StatementCache.Key, name: String, for index: Int) {
        preparations.append((index, key, name))
    }

    /// The step to which the next result belongs; nil if all have had theirs.
    func nextStep() -> Step? {
        if nextPreparation < preparations.count, preparations[nextPreparation].index == nextQuery {
            defer { nextPreparation += 1 }
            return .prepare(preparations[nextPreparation].key, name: preparations[nextPreparation].name)
        }
        guard nextQuery < queries.count else { return nil }
        defer { nextQuery += 1 }
        return .execute(index: nextQuery)
    }

    /// Keeps a result.
    func succeed(_ result: PostgresResult) {
        rows.append(PostgresRows(result))
    }

    /// Keeps a failure, if it is the first: what follows is its consequence.
    func fail(_ error: PostgresError) {
        guard failure == nil else { return }
        failure = error
        failedStep = nextQuery
    }

    /// Hands the outcome to whoever waits, once.
    func finish(_ outcome: Outcome) {
        continuation?.resume(returning: outcome)
        continuation = nil
    }

    /// The outcome if the connection is lost now.
    ///
    /// - Parameter wasSent: whether the server may have seen the queries.
    func outcome(ofLoss loss: PostgresError, wasSent: Bool) -> Outcome {
        guard wasSent, scope == .commit else { return .failure(failure ?? loss) }
        if failure == nil, rows.count == queries.count { return .success(rows) }
        // A failure before the COMMIT keeps the server from reaching it; one of the COMMIT itself tells nothing when the
        // connection breaks with it.
        if let failure, failedStep < queries.count { return .failure(failure) }
        return .failure(
            PostgresError(
                .commitUnknown,
                "the connection was lost after COMMIT was sent, so the transaction may be committed or not; "
                    + "look before trying again: \(loss.message)",
                server: loss.server,
                underlying: loss
            )
        )
    }
}
