import DequeModule
import Logging
package import Reactor
import Synchronization

/// One session with a PostgreSQL server, always in pipeline mode: queries of concurrent callers are sent without waiting
/// for each other's results, and each ends with a sync of its own, so that a failure concerns nobody else.
///
/// The actor's executor is its ``Reactor``: the socket's events and the calls of its methods run on one thread. What is
/// submitted during one turn of the reactor leaves together at its end.
///
/// A query whose task is cancelled is cancelled at the server; its caller gets the outcome when the server has ended it.
package actor PostgresConnection {
    /// The reactor on whose thread the connection lives.
    package nonisolated let reactor: Reactor

    /// The server, as `host:port/database as user`.
    package nonisolated let server: String

    nonisolated let configuration: PostgresConfiguration
    let host: PostgresHost
    let logger: Logger

    /// What the pool may know without asking the actor.
    nonisolated let condition = ConnectionCondition()

    /// The timeline of a primary that was asked for it; otherwise zero.
    nonisolated let timeline = Atomic<UInt32>(0)

    /// Called once when the open connection is closed for whatever reason.
    let onClose: @Sendable (PostgresError) -> Void

    var state = State.unconnected
    var waiting = Deque<Request>()
    var inFlight = Deque<Segment>()
    var statements: StatementCache
    /// Statements that have left the cache and are still to be deallocated.
    var discarded: [String] = []
    var cancellation = Cancellation.none
    var listeners: [String: [UInt64: AsyncStream<PostgresNotification>.Continuation]] = [:]
    var deadlineTimer: DeadlineTimer?
    var isTurnScheduled = false
    private var lastID: UInt64 = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe reactor.asUnownedSerialExecutor()
    }

    init(
        _ configuration: PostgresConfiguration,
        host: PostgresHost,
        on reactor: Reactor,
        logger: Logger,
        onClose: @escaping @Sendable (PostgresError) -> Void
    ) {
        self.configuration = configuration
        self.host = host
        self.reactor = reactor
        self.logger = logger
        self.onClose = onClose
        server = "\(host)/\(configuration.database) as \(configuration.user)"
        statements = StatementCache(capacity: configuration.statementCacheSize)
    }

    /// Runs one query.
    ///
    /// - Throws: the server's error, `timeout`, `cancelled`, or `connection` if the connection is lost first: then the
    ///   query may have taken effect.
    package func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
        try await perform([query], .independent)[0]
    }

    /// Runs queries in one round trip, all or nothing: they form one transaction, in which each sees what the ones before
    /// it did.
    ///
    /// - Returns: the rows of each query.
    /// - Throws: as ``query(_:)``; the error of the query that failed.
    package func pipeline(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        if queries.isEmpty { return [] }
        return try await perform(queries, .independent)
    }

    /// Whether the server was a primary, and is known to have been replaced.
    nonisolated var isReplaced: Bool {
        let timeline = timeline.load(ordering: .acquiring)
        return timeline != 0 && configuration.timelines.map { !$0.admits(timeline) } ?? false
    }

    /// Closes the connection; whoever still waits for an outcome gets an error.
    package func close() {
        close(PostgresError(.connection, "the connection was closed by this process", server: server))
    }

    /// Runs queries and waits for their outcome.
    ///
    /// - Parameter isCancellable: false runs to the end even in a cancelled task.
    func perform(
        _ queries: [PostgresQuery],
        _ scope: Segment.Scope,
        isCancellable: Bool = true
    ) async throws(PostgresError) -> [PostgresRows] {
        try checkEncoding(queries)
        let id = nextID()
        guard isCancellable else {
            return try await submit(id, queries, scope).get()
        }
        if Task.isCancelled { throw cancelledError }
        return try await withTaskCancellationHandler {
            await submit(id, queries, scope)
        } onCancel: {
            reactor.execute { self.assumeIsolated { $0.cancelSegment(id) } }
        }.get()
    }

    /// A number that names one request of this connection.
    func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    // MARK: - Private

    private func submit(_ id: UInt64, _ queries: [PostgresQuery], _ scope: Segment.Scope) async -> Segment.Outcome {
        await withCheckedContinuation { continuation in
            let segment = Segment(
                id: id,
                queries: queries,
                scope: scope,
                deadline: deadline(of: queries),
                continuation: continuation
            )
            accept(.segment(segment))
        }
    }

    private func checkEncoding(_ queries: [PostgresQuery]) throws(PostgresError) {
        for query in queries {
            if let failure = query.binds.failure { throw failure.at(server) }
            if query.sql.utf8.contains(0) {
                throw PostgresError(.encoding, "the statement contains a NUL character", server: server)
            }
        }
    }
}
