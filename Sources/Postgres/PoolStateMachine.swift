import DequeModule

/// Decides which caller of a pool gets which connection, and when connections are opened, tried out and closed.
///
/// A pure value: events and the time go in, actions come out. Times must not go backwards.
struct PoolStateMachine {
    /// Names a connection from the decision to open it until it is gone.
    struct ConnectionID: Hashable {
        let number: UInt64
    }

    /// Names a caller that waits.
    struct WaiterID: Hashable {
        let number: UInt64
    }

    typealias Instant = ContinuousClock.Instant

    /// What is to be done.
    enum Action: Equatable {
        /// Open a connection; answer with ``connected(_:at:)`` or ``connectFailed(_:at:jitter:)``.
        case connect(ConnectionID)
        /// Give a connection to a caller, who answers with ``released(_:isReusable:at:)``.
        case lease(ConnectionID, WaiterID)
        /// Tell a caller that there is no connection for it.
        case refuse(WaiterID, Refusal)
        /// Try a connection out; answer with ``released(_:isReusable:at:)``.
        case check(ConnectionID)
        /// Close a connection; no answer.
        case close(ConnectionID)
        /// The pool has ended: no connection is left.
        case end
    }

    /// Why there is no connection.
    enum Refusal: Equatable {
        /// None became free in time.
        case timeout
        /// Too many wait already.
        case tooManyWaiting
        /// The server is down.
        case serverDown
        /// The pool has ended or is about to.
        case closed
    }

    /// What becomes of a caller at once.
    enum Acquisition: Equatable {
        case lease(ConnectionID)
        case wait
        case refuse(Refusal)
    }

    /// The stages of a connection.
    enum Stage: Equatable {
        case connecting
        case idle(since: Instant)
        case leased
        /// Being tried out, and unused since then.
        case checking(since: Instant)
        /// Lost while lent to somebody.
        case lost
    }

    struct Connection {
        var stage: Stage
        var openedAt: Instant
        /// When the connection last proved that it works.
        var provedAt: Instant
    }

    private struct Waiter {
        let id: WaiterID
        let since: Instant
    }

    /// A run of failed attempts to connect.
    private struct Failures {
        let count: Int
        let retryAt: Instant
        /// When the last connection was gone and an attempt had failed; nil while there is one.
        var downSince: Instant?
    }

    private enum Phase {
        case running
        case draining
        case ended
    }

    let limits: PostgresPoolLimits
    private var connections: [ConnectionID: Connection] = [:]
    /// The connections nobody uses, the one used last at the end: it goes first, so that those at the beginning may expire.
    private var idle: [ConnectionID] = []
    /// The callers in the order in which they came; those that have given up are passed over.
    private var queue = Deque<Waiter>()
    /// The callers that still wait.
    private var waiting: Set<WaiterID> = []
    private var failures: Failures?
    private var phase = Phase.running
    private var lastID: UInt64 = 0
    private var maintenanceAt: Instant
    private var counters = PostgresPoolStatistics()

    init(limits: PostgresPoolLimits, now: Instant) {
        self.limits = limits
        maintenanceAt = now
    }

    // MARK: Callers

    /// A caller wants a connection, and waits under this name if there is none.
    mutating func acquire(_ waiter: WaiterID, at now: Instant) -> (Acquisition, [Action]) {
        guard phase == .running else { return (.refuse(.closed), []) }
        if waiting.isEmpty, let id = idle.popLast() {
            lend(id)
            return (.lease(id), [])
        }
        guard waiting.count < limits.maximumWaiting else {
            counters.exhausted += 1
            return (.refuse(.tooManyWaiting), [])
        }
        waiting.insert(waiter)
        queue.append(Waiter(id: waiter, since: now))
        return (.wait, openAsNeeded(at: now))
    }

    /// Whether a caller that comes now gets a connection at once.
    var hasIdle: Bool { waiting.isEmpty && !idle.isEmpty }

    /// A caller has given up.
    ///
    /// - Returns: false if it had its answer already.
    mutating func depart(_ waiter: WaiterID) -> Bool {
        guard waiting.remove(waiter) != nil else { return false }
        dropDeparted()
        return true
    }

    /// A caller, or whoever tried a connection out, has no more use for it.
    mutating func released(_ id: ConnectionID, isReusable: Bool, at now: Instant) -> [Action] {
        guard let connection = connections[id] else { return [] }
        if connection.stage == .lost {
            connections[id] = nil
            return openAsNeeded(at: now) + endIfEmpty()
        }
        let isExpired = now >= connection.openedAt + limits.maximumLifetime
        guard isReusable, !isExpired, phase == .running else {
            connections[id] = nil
            return [.close(id)] + openAsNeeded(at: now) + endIfEmpty()
        }
        // One that was only tried out has not been used.
        let since = if case .checking(let since) = connection.stage { since } else { now }
        connections[id]!.provedAt = now
        return offer(id, idleSince: since)
    }

    // MARK: Connections

    /// A connection is open.
    mutating func connected(_ id: ConnectionID, at now: Instant) -> [Action] {
        guard connections[id] != nil, phase == .running else {
            connections[id] = nil
            return [.close(id)] + endIfEmpty()
        }
        counters.connected += 1
        failures = nil
        connections[id] = Connection(stage: .idle(since: now), openedAt: now, provedAt: now)
        // Others may have waited for the proof that the server is back.
        return offer(id, idleSince: now) + openAsNeeded(at: now)
    }

    /// A connection could not be opened.
    ///
    /// - Parameter jitter: from 0 to 1, the part of the random shortening of the pause that is used.
    mutating func connectFailed(_ id: ConnectionID, at now: Instant, jitter: Double) -> [Action] {
        guard connections.removeValue(forKey: id) != nil else { return [] }
        counters.connectFailures += 1
        let count = (failures?.count ?? 0) + 1
        let pause = min(limits.backoffStart * (1 << min(count - 1, 20)), limits.backoffCap) * (1 - jitter / 2)
        failures = Failures(count: count, retryAt: now + pause, downSince: failures?.downSince)
        noteWhetherDown(at: now)
        return openAsNeeded(at: now) + endIfEmpty()
    }

    /// A connection has closed by itself.
    mutating func closed(_ id: ConnectionID, at now: Instant) -> [Action] {
        guard let connection = connections[id] else { return [] }
        switch connection.stage {
        case .connecting, .lost: return []
        case .leased, .checking: connections[id]!.stage = .lost
        case .idle:
            connections[id] = nil
            idle.removeAll { $0 == id }
        }
        noteWhetherDown(at: now)
        return openAsNeeded(at: now) + endIfEmpty()
    }

    // MARK: Time

    /// When ``tick(at:)`` has something to do.
    var nextTick: Instant? {
        guard phase == .running else { return nil }
        var next = maintenanceAt
        if let first = queue.first { next = min(next, deadline(of: first)) }
        if let failures, needed > 0, !isConnecting { next = min(next, failures.retryAt) }
        return next
    }

    /// Time has passed.
    mutating func tick(at now: Instant) -> [Action] {
        guard phase == .running else { return [] }
        var actions = refuseLate(at: now)
        if now >= maintenanceAt {
            actions += maintain(at: now)
            maintenanceAt = now + min(limits.healthCheckInterval, limits.idleTimeout, .seconds(10)) / 4
        }
        return actions + openAsNeeded(at: now)
    }

    /// The pool is to end: nobody gets a connection any more, and the ones in use are closed when they come back.
    mutating func drain() -> [Action] {
        guard phase == .running else { return [] }
        phase = .draining
        var actions = queue.filter { waiting.contains($0.id) }.map { Action.refuse($0.id, .closed) }
        queue.removeAll()
        waiting.removeAll()
        for id in idle {
            connections[id] = nil
            actions.append(.close(id))
        }
        idle.removeAll()
        // An attempt that succeeds after all is closed at once.
        connections = connections.filter { $0.value.stage != .connecting }
        return actions + endIfEmpty()
    }

    /// Whether everything has ended.
    var hasEnded: Bool { phase == .ended }

    /// The connections that exist, those being opened included.
    var connectionIDs: [ConnectionID] { Array(connections.keys) }

    /// The pool at this moment.
    var statistics: PostgresPoolStatistics {
        var statistics = counters
        for connection in connections.values {
            switch connection.stage {
            case .connecting: statistics.connecting += 1
            case .idle, .checking:
                statistics.total += 1
                statistics.idle += 1
            case .leased:
                statistics.total += 1
                statistics.leased += 1
            case .lost: statistics.leased += 1
            }
        }
        statistics.waiting = waiting.count
        statistics.isDown = failures?.downSince != nil
        return statistics
    }
}

extension PoolStateMachine {
    /// When a waiter is refused.
    private func deadline(of waiter: Waiter) -> Instant {
        let patient = waiter.since + limits.acquireTimeout
        guard let downSince = failures?.downSince else { return patient }
        return min(patient, max(waiter.since, downSince) + limits.failFastAfter)
    }

    private mutating func lend(_ id: ConnectionID) {
        connections[id]!.stage = .leased
        counters.acquired += 1
    }

    /// Gives a connection to whoever waits longest, or keeps it.
    private mutating func offer(_ id: ConnectionID, idleSince: Instant) -> [Action] {
        if let waiter = popWaiter() {
            lend(id)
            return [.lease(id, waiter.id)]
        }
        connections[id]!.stage = .idle(since: idleSince)
        idle.append(id)
        return []
    }

    private mutating func popWaiter() -> Waiter? {
        guard let waiter = queue.popFirst() else { return nil }
        waiting.remove(waiter.id)
        dropDeparted()
        return waiter
    }

    /// Keeps somebody who still waits at the head of the queue.
    private mutating func dropDeparted() {
        while let first = queue.first, !waiting.contains(first.id) { queue.removeFirst() }
    }

    /// How many connections are missing: for the callers that wait and for the minimum.
    private var needed: Int {
        guard phase == .running else { return 0 }
        var connecting = 0
        var alive = 0
        for connection in connections.values where connection.stage != .lost {
            alive += 1
            if connection.stage == .connecting { connecting += 1 }
        }
        let wanted = max(waiting.count - connecting, limits.minimum - alive)
        return max(0, min(wanted, limits.maximum - alive))
    }

    private var isConnecting: Bool { connections.values.contains { $0.stage == .connecting } }

    /// Opens what is missing; after a failure one connection at a time, and not before the pause is over.
    private mutating func openAsNeeded(at now: Instant) -> [Action] {
        var count = needed
        guard count > 0 else { return [] }
        if let failures {
            guard now >= failures.retryAt, !isConnecting else { return [] }
            count = 1
        }
        return (0..<count).map { _ in
            lastID += 1
            let id = ConnectionID(number: lastID)
            connections[id] = Connection(stage: .connecting, openedAt: now, provedAt: now)
            return .connect(id)
        }
    }

    /// Remembers since when there is neither a connection nor a successful attempt to open one.
    private mutating func noteWhetherDown(at now: Instant) {
        guard failures != nil, failures!.downSince == nil else { return }
        let isAlive = connections.values.contains { $0.stage != .connecting && $0.stage != .lost }
        if !isAlive { failures!.downSince = now }
    }

    private mutating func refuseLate(at now: Instant) -> [Action] {
        var actions: [Action] = []
        // Who came first is late first: all wait equally long.
        while let first = queue.first, deadline(of: first) <= now {
            _ = popWaiter()
            let isDown = failures?.downSince != nil
            if isDown { counters.failedFast += 1 } else { counters.exhausted += 1 }
            actions.append(.refuse(first.id, isDown ? .serverDown : .timeout))
        }
        return actions
    }

    /// Closes connections that are too old or were not used for long, and tries out those that were not used for a while.
    private mutating func maintain(at now: Instant) -> [Action] {
        var actions: [Action] = []
        var alive = connections.values.count { $0.stage != .lost }
        for id in idle {
            guard let connection = connections[id], case .idle(let since) = connection.stage else { continue }
            let isSurplus = alive > limits.minimum && now >= since + limits.idleTimeout
            if isSurplus || now >= connection.openedAt + limits.maximumLifetime {
                connections[id] = nil
                alive -= 1
                actions.append(.close(id))
            } else if now >= connection.provedAt + limits.healthCheckInterval {
                connections[id]!.stage = .checking(since: since)
                actions.append(.check(id))
            }
        }
        idle.removeAll { id in
            if case .idle = connections[id]?.stage { false } else { true }
        }
        return actions
    }

    private mutating func endIfEmpty() -> [Action] {
        guard phase == .draining, connections.isEmpty else { return [] }
        phase = .ended
        return [.end]
    }
}
