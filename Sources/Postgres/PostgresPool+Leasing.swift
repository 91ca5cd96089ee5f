import Logging
import Reactor
import Synchronization

extension PostgresPool {
    typealias ConnectionID = PoolStateMachine.ConnectionID
    typealias WaiterID = PoolStateMachine.WaiterID

    /// Waits for a connection to a server that was not replaced.
    func acquire() async throws(PostgresError) -> Lease {
        while true {
            let lease = try await acquireAny()
            guard lease.connection.isReplaced else { return lease }
            perform { $0.machine.released(lease.id, isReusable: false, at: .now) }
        }
    }

    private func acquireAny() async throws(PostgresError) -> Lease {
        let waiter = shell.withLock { shell in
            shell.lastWaiter += 1
            return WaiterID(number: shell.lastWaiter)
        }
        if let lease = try acquireAtOnce(waiter) { return lease }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(waiter, continuation)
                // A cancellation that came before found nobody waiting.
                if Task.isCancelled { cancel(waiter) }
            }
        } onCancel: {
            cancel(waiter)
        }.get()
    }

    /// Gives a connection back.
    func release(_ lease: Lease) {
        let condition = lease.connection.condition.current
        if condition == .inTransaction {
            logger.warning(
                "a connection came back in a transaction and is closed",
                metadata: ["server": "\(configuration)"]
            )
        }
        perform { $0.machine.released(lease.id, isReusable: condition == .idle, at: .now) }
    }

    /// Applies an event to the state machine and does what it says.
    func perform(_ event: (inout Shell) -> [PoolStateMachine.Action]) {
        let (outcomes, wake) = shell.withLock { shell -> ([Outcome], ContinuousClock.Instant?) in
            let actions = event(&shell)
            return (actions.compactMap { resolve($0, &shell) }, nextWake(&shell))
        }
        for outcome in outcomes { carryOut(outcome) }
        if let wake { arm(at: wake) }
    }

    // MARK: - Private

    /// An action with what its names stood for; carried out when the lock is free again.
    private enum Outcome {
        case work(Work)
        case resume(CheckedContinuation<Grant, Never>, Grant)
        case close(PostgresConnection)
        case end(CheckedContinuation<Void, Never>)
    }

    /// The short way: a connection is free.
    private func acquireAtOnce(_ waiter: WaiterID) throws(PostgresError) -> Lease? {
        if Task.isCancelled { throw cancelledError }
        return shell.withLock { shell in
            guard shell.machine.hasIdle, case (.lease(let id), _) = shell.machine.acquire(waiter, at: .now) else {
                return nil
            }
            return Lease(id: id, connection: shell.connections[id]!)
        }
    }

    private func enqueue(_ waiter: WaiterID, _ continuation: CheckedContinuation<Grant, Never>) {
        var atOnce: Grant?
        perform { shell in
            let (acquisition, actions) = shell.machine.acquire(waiter, at: .now)
            switch acquisition {
            case .lease(let id): atOnce = .success(Lease(id: id, connection: shell.connections[id]!))
            case .wait: shell.waiters[waiter] = continuation
            case .refuse(let refusal): atOnce = .failure(error(for: refusal, shell))
            }
            return actions
        }
        if let atOnce { continuation.resume(returning: atOnce) }
    }

    private func cancel(_ waiter: WaiterID) {
        let continuation = shell.withLock { shell in
            shell.machine.depart(waiter) ? shell.waiters.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(returning: .failure(cancelledError))
    }

    private func resolve(_ action: PoolStateMachine.Action, _ shell: inout Shell) -> Outcome? {
        switch action {
        case .connect(let id): return .work(.connect(id))
        case .check(let id): return .work(.check(id, shell.connections[id]!))
        case .lease(let id, let waiter):
            let lease = Lease(id: id, connection: shell.connections[id]!)
            return .resume(shell.waiters.removeValue(forKey: waiter)!, .success(lease))
        case .refuse(let waiter, let refusal):
            return .resume(shell.waiters.removeValue(forKey: waiter)!, .failure(error(for: refusal, shell)))
        case .close(let id): return shell.connections.removeValue(forKey: id).map { .close($0) }
        case .end:
            defer { shell.ending = nil }
            return shell.ending.map { .end($0) }
        }
    }

    private func carryOut(_ outcome: Outcome) {
        switch outcome {
        case .work(let item): schedule(item)
        case .resume(let continuation, let grant): continuation.resume(returning: grant)
        case .end(let continuation): continuation.resume()
        case .close(let connection):
            connection.reactor.execute { connection.assumeIsolated { $0.close() } }
        }
    }

    /// When to call ``PoolStateMachine/tick(at:)``, if that is earlier than was known.
    private func nextWake(_ shell: inout Shell) -> ContinuousClock.Instant? {
        guard let next = shell.machine.nextTick else { return nil }
        if let armed = shell.armed, armed <= next { return nil }
        shell.armed = next
        return next
    }

    private func arm(at deadline: ContinuousClock.Instant) {
        let reactor = reactors.reactors[0]
        reactor.execute { [weak self] in
            // A reactor that is shut down takes no timer; then the pool has ended as well.
            _ = try? reactor.schedule(at: deadline) { self?.tick(deadline) }
        }
    }

    private func tick(_ deadline: ContinuousClock.Instant) {
        perform { shell in
            // Of several timers only the earliest counts.
            guard shell.armed == deadline else { return [] }
            shell.armed = nil
            return shell.machine.tick(at: .now)
        }
    }

    private func error(for refusal: PoolStateMachine.Refusal, _ shell: Shell) -> PostgresError {
        let place = configuration.description
        switch refusal {
        case .closed:
            return PostgresError(.poolClosed, "the connection pool has ended", server: place)
        case .tooManyWaiting:
            let message = "\(limits.maximumWaiting) callers already wait for one of \(limits.maximum) connections"
            return PostgresError(.poolExhausted, message, server: place)
        case .timeout:
            let stats = shell.machine.statistics
            return PostgresError(
                .poolExhausted,
                "no connection became free within \(limits.acquireTimeout): \(stats.leased) of \(limits.maximum) are in "
                    + "use, \(stats.waiting) more callers wait",
                server: place
            )
        case .serverDown:
            let reason = shell.lastFailure
            return PostgresError(
                reason?.code == .authentication ? .authentication : .connection,
                "there is no connection to the database: \(reason?.message ?? "the last one was lost")",
                server: reason?.server ?? place,
                report: reason?.report,
                underlying: reason
            )
        }
    }

    private var cancelledError: PostgresError {
        PostgresError(.cancelled, "the task was cancelled", server: configuration.description)
    }
}
