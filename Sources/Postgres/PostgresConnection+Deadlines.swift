import DequeModule
import Reactor

extension PostgresConnection {
    /// The timer of the nearest deadline. There is one for all requests: nearly all are met, and a timer for each would be
    /// set and cancelled for nothing.
    struct DeadlineTimer {
        let id: TimerID
        let deadline: ContinuousClock.Instant
    }

    /// When queries sent now must have their outcome.
    func deadline(of queries: [PostgresQuery]) -> ContinuousClock.Instant? {
        let own = queries.reduce(nil as Duration?) { longest, query in
            guard let timeout = query.timeout else { return longest }
            return max(longest ?? .zero, timeout)
        }
        guard let timeout = own ?? configuration.queryTimeout else { return nil }
        return reactor.now + timeout
    }

    /// Sees to it that a deadline is noticed.
    func watch(_ deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        if let deadlineTimer {
            if deadlineTimer.deadline <= deadline { return }
            reactor.cancel(deadlineTimer.id)
        }
        deadlineTimer = nil
        do throws(ReactorError) {
            let id = try reactor.schedule(at: deadline) { self.assumeIsolated { $0.checkDeadlines() } }
            deadlineTimer = DeadlineTimer(id: id, deadline: deadline)
        } catch {
            close(PostgresError(.connection, error.message, server: server))
        }
    }

    func cancelDeadlineTimer() {
        if let deadlineTimer { reactor.cancel(deadlineTimer.id) }
        deadlineTimer = nil
    }

    // MARK: - Private

    /// Closes a connection that is late with an outcome: there is no telling a silent server to stop, and what it would
    /// send later could not be told apart from the answer to something else.
    private func checkDeadlines() {
        deadlineTimer = nil
        let now = reactor.now
        var next: ContinuousClock.Instant?
        for segment in inFlight {
            guard let deadline = segment.deadline else { continue }
            if deadline <= now { return close(lateError) }
            next = min(next ?? deadline, deadline)
        }
        if case .open(let link) = state, let deadline = link.exclusive?.deadline {
            if deadline <= now { return close(lateError) }
            next = min(next ?? deadline, deadline)
        }
        failWaiting(until: now, &next)
        watch(next)
    }

    /// Fails what waits behind others and was never sent; that needs no closing.
    private func failWaiting(until now: ContinuousClock.Instant, _ next: inout ContinuousClock.Instant?) {
        waiting.removeAll { request in
            guard case .segment(let segment) = request, let deadline = segment.deadline else { return false }
            if deadline <= now {
                let error = PostgresError(.timeout, "the query waited too long for those before it", server: server)
                segment.finish(.failure(error))
                return true
            }
            next = min(next ?? deadline, deadline)
            return false
        }
    }

    private var lateError: PostgresError {
        PostgresError(
            .timeout,
            "the server did not answer in time, so the connection was closed; the query may have taken effect",
            server: server
        )
    }
}
