import Testing

@testable import Postgres

/// A world around a pool's state machine: it carries actions out as they could happen, and checks what must always hold.
struct PoolSimulation {
    typealias Machine = PoolStateMachine

    private(set) var machine: Machine
    private(set) var now = ContinuousClock.now
    private(set) var connecting: [Machine.ConnectionID] = []
    private(set) var checking: [Machine.ConnectionID] = []
    private(set) var leased: [Machine.ConnectionID] = []
    private(set) var alive: Set<Machine.ConnectionID> = []
    private(set) var waiting: [Machine.WaiterID: ContinuousClock.Instant] = [:]
    private(set) var refusals: [Machine.Refusal] = []
    private(set) var violations: [String] = []
    private(set) var hasEnded = false
    private var downSince: ContinuousClock.Instant?
    private var lastServed: UInt64 = 0
    private var lastWaiter: UInt64 = 0
    private let limits: PostgresPoolLimits

    init(_ limits: PostgresPoolLimits) {
        self.limits = limits
        machine = Machine(limits: limits, now: now)
    }

    mutating func acquire() {
        lastWaiter += 1
        let waiter = Machine.WaiterID(number: lastWaiter)
        waiting[waiter] = now
        let (acquisition, actions) = machine.acquire(waiter, at: now)
        switch acquisition {
        case .lease(let id): lease(id, waiter)
        case .refuse(let refusal): refuse(waiter, refusal)
        case .wait: break
        }
        perform(actions)
    }

    mutating func depart(_ waiter: Machine.WaiterID) {
        if machine.depart(waiter) {
            if waiting.removeValue(forKey: waiter) == nil { violations.append("departed twice") }
        } else if waiting[waiter] != nil {
            violations.append("waits and cannot depart")
        }
        check()
    }

    mutating func release(_ id: Machine.ConnectionID, isReusable: Bool) {
        leased.removeAll { $0 == id }
        perform(machine.released(id, isReusable: isReusable && alive.contains(id), at: now))
    }

    mutating func finishCheck(_ id: Machine.ConnectionID, isHealthy: Bool) {
        checking.removeAll { $0 == id }
        perform(machine.released(id, isReusable: isHealthy && alive.contains(id), at: now))
    }

    mutating func finishConnecting(_ id: Machine.ConnectionID, succeeds: Bool) {
        connecting.removeAll { $0 == id }
        if succeeds {
            alive.insert(id)
            perform(machine.connected(id, at: now))
        } else {
            perform(machine.connectFailed(id, at: now, jitter: 0.5))
        }
    }

    mutating func lose(_ id: Machine.ConnectionID) {
        alive.remove(id)
        perform(machine.closed(id, at: now))
    }

    /// Lets time pass, with all the ticks that are due.
    mutating func advance(_ duration: Duration) {
        let end = now + duration
        while let next = machine.nextTick, next <= end {
            now = max(now, next)
            perform(machine.tick(at: now))
            if let again = machine.nextTick, again <= now {
                violations.append("a tick leaves something due")
                break
            }
        }
        now = end
        check()
    }

    mutating func drain() {
        perform(machine.drain())
    }

    // MARK: - Private

    private mutating func perform(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .connect(let id): connecting.append(id)
            case .check(let id): checking.append(id)
            case .lease(let id, let waiter): lease(id, waiter)
            case .refuse(let waiter, let refusal): refuse(waiter, refusal)
            case .close(let id): alive.remove(id)
            case .end:
                if hasEnded { violations.append("ended twice") }
                hasEnded = true
            }
        }
        check()
    }

    private mutating func lease(_ id: Machine.ConnectionID, _ waiter: Machine.WaiterID) {
        if leased.contains(id) { violations.append("leased twice") }
        if !alive.contains(id) { violations.append("leased a connection that is not open") }
        if checking.contains(id) { violations.append("leased while being checked") }
        if waiting.removeValue(forKey: waiter) == nil { violations.append("served somebody who does not wait") }
        if waiter.number < lastServed { violations.append("served out of order") }
        lastServed = waiter.number
        leased.append(id)
    }

    private mutating func refuse(_ waiter: Machine.WaiterID, _ refusal: Machine.Refusal) {
        if waiting.removeValue(forKey: waiter) == nil { violations.append("refused somebody who does not wait") }
        refusals.append(refusal)
    }

    private mutating func check() {
        let statistics = machine.statistics
        if alive.count + connecting.count > limits.maximum, !hasEnded { violations.append("too many connections") }
        if statistics.waiting != waiting.count {
            violations.append("counts \(statistics.waiting) of \(waiting.count) waiters")
        }
        if statistics.waiting > limits.maximumWaiting { violations.append("too many wait") }
        if statistics.idle > checking.count, statistics.waiting > 0 {
            violations.append("somebody waits while a connection is idle")
        }
        for since in waiting.values where now > since + limits.acquireTimeout { violations.append("waits too long") }
        if statistics.isDown, let downSince {
            for since in waiting.values where now > max(since, downSince) + limits.failFastAfter {
                violations.append("waits for a server that is down")
            }
        }
        downSince = statistics.isDown ? downSince ?? now : nil
    }
}
