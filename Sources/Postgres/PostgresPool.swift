package import Logging
package import Reactor
import Synchronization

/// A bounded set of connections to one database, lent to callers in the order in which they ask.
///
/// ``run()`` must be running: it opens the connections. While the server is down callers fail within a short time, and the
/// pool comes back by itself.
package final class PostgresPool: Sendable {
    /// The database.
    package let configuration: PostgresConfiguration

    let limits: PostgresPoolLimits
    let reactors: ReactorGroup
    let logger: Logger
    let shell: Mutex<Shell>
    let work: AsyncStream<Work>
    private let workInput: AsyncStream<Work>.Continuation

    /// What takes time, and so is done by a task of ``run()``.
    enum Work {
        case connect(PoolStateMachine.ConnectionID)
        case check(PoolStateMachine.ConnectionID, PostgresConnection)
    }

    typealias Grant = Result<Lease, PostgresError>

    /// The state machine and what its names stand for.
    struct Shell {
        var machine: PoolStateMachine
        var connections: [PoolStateMachine.ConnectionID: PostgresConnection] = [:]
        var waiters: [PoolStateMachine.WaiterID: CheckedContinuation<Grant, Never>] = [:]
        var lastWaiter: UInt64 = 0
        /// Why the last attempt to connect failed.
        var lastFailure: PostgresError?
        /// When the next tick is scheduled.
        var armed: ContinuousClock.Instant?
        /// Whoever waits for the end of the pool.
        var ending: CheckedContinuation<Void, Never>?
    }

    /// A connection lent to somebody.
    struct Lease {
        let id: PoolStateMachine.ConnectionID
        let connection: PostgresConnection
    }

    package init(
        configuration: PostgresConfiguration,
        limits: PostgresPoolLimits = PostgresPoolLimits(),
        reactors: ReactorGroup,
        logger: Logger
    ) {
        self.configuration = configuration
        self.limits = limits
        self.reactors = reactors
        self.logger = logger
        shell = Mutex(Shell(machine: PoolStateMachine(limits: limits, now: .now)))
        (work, workInput) = AsyncStream.makeStream()
    }

    // MARK: Queries

    /// Lends a connection.
    ///
    /// A connection that is given back in a transaction is closed: use ``withTransaction(_:prologue:isolation:_:)``. Session
    /// settings should be left as they were.
    ///
    /// - Throws: `poolExhausted`, `poolClosed`, `cancelled`, why the server is down, or what the closure throws.
    package func withConnection<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let lease = try await acquire()
        defer { release(lease) }
        return try await body(lease.connection)
    }

    /// Runs one query; see ``PostgresConnection/query(_:)``.
    package func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
        let lease = try await acquire()
        defer { release(lease) }
        return try await lease.connection.query(query)
    }

    /// Runs queries in one round trip, all or nothing; see ``PostgresConnection/pipeline(_:)``.
    package func pipeline(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        let lease = try await acquire()
        defer { release(lease) }
        return try await lease.connection.pipeline(queries)
    }

    /// Runs a whole transaction in one round trip; see ``PostgresConnection/transact(_:prologue:_:)``.
    package func transact(
        _ options: TransactionOptions = TransactionOptions(),
        prologue: [PostgresQuery] = [],
        _ queries: [PostgresQuery]
    ) async throws(PostgresError) -> [PostgresRows] {
        let lease = try await acquire()
        defer { release(lease) }
        return try await lease.connection.transact(options, prologue: prologue, queries)
    }

    /// Runs a whole transaction without a prologue in one round trip.
    package func transact(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        try await transact(TransactionOptions(), queries)
    }

    /// Lends a transaction; see ``PostgresConnection/withTransaction(_:prologue:isolation:_:)``.
    package func withTransaction<Value>(
        _ options: TransactionOptions = TransactionOptions(),
        prologue: [PostgresQuery] = [],
        provided condition: PostgresCondition? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let lease = try await acquire()
        defer { release(lease) }
        return try await lease.connection.withTransaction(options, prologue: prologue, provided: condition, body)
    }

    /// The pool at this moment.
    package var stats: PostgresPoolStatistics {
        shell.withLock { $0.machine.statistics }
    }

    /// Hands work to the tasks of ``run()``.
    func schedule(_ item: Work) {
        workInput.yield(item)
    }
}
