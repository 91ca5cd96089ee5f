package import Reactor

/// One connection to a Redis server, owned by a reactor's thread.
///
/// Any number of tasks may send commands at the same time: they are pipelined, what one turn of the reactor collects
/// leaves in one write, and replies are matched first in, first out. A command that gets no reply in time closes the
/// connection, as the place of a late reply in the stream would be lost. A cancelled task is resumed at once, while its
/// reply is drained and dropped. A connection is bound to one server process for its life, so the run id learnt in the
/// handshake holds for every reply.
///
/// It lives until it is closed, by a failure or by ``shutDown()``, whether it is referenced or not.
package actor RedisConnection {
    typealias Waiter = CheckedContinuation<Result<[RedisReply], RedisError>, Never>
    typealias Requests = CommandPipelineStateMachine<Waiter, ContinuousClock.Instant>

    /// An open socket and what belongs to its streams.
    struct Link {
        let socket: StreamSocket
        let registration: Registration
        let parser: ReplyParser
    }

    enum State {
        /// The host name is being resolved, or an attempt at one of its addresses has failed.
        case idle
        /// The socket connects, and somebody waits for it.
        case connecting(StreamSocket, Registration, CheckedContinuation<Result<Void, RedisError>, Never>)
        /// Commands can be sent; the identity is known once the handshake is done.
        case open(Link, RedisServerIdentity?)
        /// Replies are awaited, no further command is accepted.
        case draining(Link, RedisServerIdentity)
        case closed(RedisError)
    }

    package nonisolated let endpoint: String

    nonisolated let reactor: Reactor
    let configuration: RedisConfiguration
    nonisolated let counters: RedisCounters
    var state = State.idle
    var requests = Requests()
    var outgoing = OutgoingBuffer()
    var incoming = [UInt8](repeating: 0, count: 64 << 10)
    var isFlushScheduled = false
    var isWatchingWritable = false
    var alarm: (timer: TimerID, deadline: ContinuousClock.Instant)?
    var lastHeard = ContinuousClock.now
    private var closeWaiters: [CheckedContinuation<RedisError, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe reactor.asUnownedSerialExecutor() }

    private init(_ configuration: RedisConfiguration, reactor: Reactor, counters: RedisCounters) {
        self.configuration = configuration
        self.reactor = reactor
        self.counters = counters
        self.endpoint = configuration.endpoint
    }

    /// Connects and completes the handshake, all within `configuration.connectTimeout`.
    ///
    /// - Throws: `connectFailed`, `connectTimedOut`, `authentication`, `protocolViolation`, `cancelled`, or the code of
    ///   an error reply to the handshake.
    package static func open(
        _ configuration: RedisConfiguration,
        on reactor: Reactor
    ) async throws(RedisError) -> RedisConnection {
        try await open(configuration, on: reactor, counters: RedisCounters())
    }

    static func open(
        _ configuration: RedisConfiguration,
        on reactor: Reactor,
        counters: RedisCounters
    ) async throws(RedisError) -> RedisConnection {
        let connection = RedisConnection(configuration, reactor: reactor, counters: counters)
        try await connection.begin()
        return connection
    }

    /// Lends an open connection, and shuts it down when `body` ends.
    package static func withConnection<Value: Sendable>(
        _ configuration: RedisConfiguration,
        on reactor: Reactor,
        _ body: (RedisConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await open(configuration, on: reactor)
        defer { connection.shutDown() }
        return try await body(connection)
    }

    /// The server at the other end; `nil` once the connection is closed.
    package var identity: RedisServerIdentity? {
        switch state {
        case .open(_, let identity): identity
        case .draining(_, let identity): identity
        case .idle, .connecting, .closed: nil
        }
    }

    /// What the connection has done so far, or all connections of its client together.
    package nonisolated var statistics: RedisStatistics { counters.snapshot() }

    /// Accepts no further commands and closes the connection when the replies to those accepted have come, or at the
    /// latest when they are overdue.
    package nonisolated func shutDown() {
        reactor.execute { self.assumeIsolated { $0.drain() } }
    }

    /// Waits until the connection is closed.
    ///
    /// - Returns: why; `shutDown` if it was asked for.
    package func closed() async -> RedisError {
        if case .closed(let reason) = state { return reason }
        return await withCheckedContinuation { closeWaiters.append($0) }
    }

    /// Ends the connection: every waiter is resumed with an error that tells whether its commands may have been
    /// executed.
    func close(_ reason: RedisError) {
        switch state {
        case .closed:
            return
        case .idle:
            break
        case .connecting(let socket, let registration, let waiter):
            reactor.deregister(registration)
            socket.close()
            waiter.resume(returning: .failure(reason))
        case .open(let link, _), .draining(let link, _):
            reactor.deregister(link.registration)
            link.socket.close()
        }
        state = .closed(reason)
        if let alarm { reactor.cancel(alarm.timer) }
        alarm = nil
        outgoing = OutgoingBuffer()
        incoming = []
        counters.pending.count(-requests.missingReplies)
        for (waiter, delivery) in requests.failAll() {
            waiter.resume(returning: .failure(reason.with(delivery)))
        }
        for waiter in closeWaiters { waiter.resume(returning: reason) }
        closeWaiters = []
    }

    // MARK: - Private

    private func drain() {
        switch state {
        case .open(let link, let identity?) where !requests.isIdle:
            state = .draining(link, identity)
        case .idle, .connecting, .open:
            close(failure(.shutDown, "is being left: the client shuts down"))
        case .draining, .closed:
            break
        }
    }
}
