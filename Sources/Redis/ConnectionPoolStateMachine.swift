import DequeModule

/// Keeps a fixed number of connections, chooses one for each command, and decides when a command must not wait for one.
///
/// Pure: connections and waiters are only kept and handed back; time and randomness are handed in. A command waits only
/// while a first attempt is under way: once an attempt has failed and no connection is open, commands fail at once.
struct ConnectionPoolStateMachine<Connection, Waiter> {
    typealias Action = ReconnectStateMachine.Action
    typealias Instant = ContinuousClock.Instant

    typealias Lease = ConnectionLease<Connection>
    typealias Refusal = ConnectionRefusal

    /// Names a waiter for its cancellation.
    struct WaiterID: Hashable, Sendable {
        fileprivate let serial: UInt64
    }

    /// What a command gets.
    enum Choice {
        case use(Lease)
        case wait
        case fail(Refusal)
    }

    /// A waiter to wake with what it gets.
    typealias Wakeup = (waiter: Waiter, result: Result<Lease, Refusal>)

    private struct Slot {
        var reconnect: ReconnectStateMachine
        var open: (connection: Connection, runID: String, serial: UInt64)?
    }

    private enum Phase {
        case active
        case shutDown
    }

    private var phase = Phase.active
    private var slots: [Slot]
    private var nextSlot = 0
    private var newestSlot = 0
    private var waiters = Deque<(id: WaiterID, waiter: Waiter)>()
    private var lastSerial: UInt64 = 0
    private var downSince: Instant
    private var lastFailure: RedisError?

    /// - Parameter slots: the number of connections to keep, at least 1.
    init(slots: Int, backoff: RedisBackoff, now: Instant) {
        self.slots = Array(repeating: Slot(reconnect: ReconnectStateMachine(backoff: backoff)), count: slots)
        self.downSince = now
    }

    /// The open connections.
    var connections: [Connection] { slots.compactMap { $0.open?.connection } }

    /// The run id of the server last connected to among the open connections, or since when there is none and why.
    var status: Result<String, Refusal> {
        if case .shutDown = phase { return .failure(.shutDown) }
        if let newest = slots[newestSlot].open { return .success(newest.runID) }
        if let open = slots.lazy.compactMap(\.open).first { return .success(open.runID) }
        return .failure(.unavailable(RedisOutage(since: downSince, reason: lastFailure)))
    }

    // MARK: - Commands

    /// Chooses the connection for a command, each in turn.
    mutating func choose() -> Choice {
        if case .shutDown = phase { return .fail(.shutDown) }
        for offset in slots.indices {
            let index = (nextSlot + offset) % slots.count
            guard let open = slots[index].open else { continue }
            nextSlot = index + 1
            return .use(Lease(connection: open.connection, slot: index, serial: open.serial))
        }
        return failsFast ? .fail(.unavailable(RedisOutage(since: downSince, reason: lastFailure))) : .wait
    }

    /// A name for a waiter that is about to be kept.
    mutating func makeWaiterID() -> WaiterID {
        WaiterID(serial: makeSerial())
    }

    /// Keeps the waiter of a command that was told to wait, unless there is an answer by now.
    mutating func enqueue(_ waiter: Waiter, _ id: WaiterID) -> [Wakeup] {
        waiters.append((id, waiter))
        return wakeWaiters()
    }

    /// Forgets a waiter whose task was cancelled or whose time is up.
    ///
    /// - Returns: the waiter to wake, or `nil` if it was woken already.
    mutating func cancel(_ id: WaiterID) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// Gives no further commands to a connection that refused one; its loss is still to be reported.
    mutating func discard(_ lease: Lease, now: Instant) {
        guard slots[lease.slot].open?.serial == lease.serial else { return }
        close(slot: lease.slot, now: now)
    }

    // MARK: - Connections

    /// Begins a slot's first attempt.
    mutating func start(slot: Int) -> Action {
        slots[slot].reconnect.start()
    }

    /// A slot's attempt gave a connection.
    mutating func connected(slot: Int, _ connection: Connection, runID: String, now: Instant) -> [Wakeup] {
        slots[slot].reconnect.connected(at: now)
        slots[slot].open = (connection, runID, makeSerial())
        newestSlot = slot
        return wakeWaiters()
    }

    /// A slot's attempt failed.
    mutating func attemptFailed(slot: Int, _ error: RedisError, jitter: Double) -> (Action, [Wakeup]) {
        lastFailure = error
        let action = slots[slot].reconnect.attemptFailed(jitter: jitter)
        return (action, wakeWaiters())
    }

    /// A slot's connection was lost.
    mutating func connectionLost(
        slot: Int,
        _ error: RedisError,
        now: Instant,
        jitter: Double
    ) -> (Action, [Wakeup]) {
        lastFailure = error
        close(slot: slot, now: now)
        let isStuck = error.code == .timedOut
        let action = slots[slot].reconnect.connectionLost(at: now, isStuck: isStuck, jitter: jitter)
        return (action, wakeWaiters())
    }

    /// A slot's delay is over.
    mutating func waited(slot: Int) -> Action {
        slots[slot].reconnect.waited()
    }

    /// Ends everything: no command gets a connection any more.
    mutating func shutDown() -> [Wakeup] {
        phase = .shutDown
        for index in slots.indices {
            slots[index].reconnect.stop()
        }
        return wakeWaiters()
    }

    // MARK: - Private

    private var failsFast: Bool { slots.contains { $0.reconnect.lastAttemptFailed } }

    private mutating func close(slot: Int, now: Instant) {
        guard slots[slot].open != nil else { return }
        slots[slot].open = nil
        if connections.isEmpty { downSince = now }
    }

    /// Answers all waiters if there is an answer now.
    private mutating func wakeWaiters() -> [Wakeup] {
        var wakeups: [Wakeup] = []
        while let first = waiters.first {
            switch choose() {
            case .use(let lease): wakeups.append((first.waiter, .success(lease)))
            case .fail(let refusal): wakeups.append((first.waiter, .failure(refusal)))
            case .wait: return wakeups
            }
            waiters.removeFirst()
        }
        return wakeups
    }

    private mutating func makeSerial() -> UInt64 {
        lastSerial += 1
        return lastSerial
    }
}
