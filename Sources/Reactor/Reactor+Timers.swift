extension Reactor {
    /// Runs a closure at a time, or at once if the reactor shuts down before it. Only on the reactor's thread.
    ///
    /// - Throws: `shutDown` once the shutdown has begun.
    package func schedule(
        at deadline: ContinuousClock.Instant,
        _ body: @escaping () -> Void
    ) throws(ReactorError) -> TimerID {
        try checkRunning()
        return timers.insert(at: deadline, body)
    }

    /// Runs a closure after a time, counted from now and not from the start of the turn. Only on the reactor's thread.
    ///
    /// - Throws: `shutDown` once the shutdown has begun.
    package func schedule(
        after delay: Duration,
        _ body: @escaping () -> Void
    ) throws(ReactorError) -> TimerID {
        try schedule(at: .now + delay, body)
    }

    /// Forgets a timer that has not fired; no effect on any other. Only on the reactor's thread.
    package func cancel(_ timer: TimerID) {
        checkIsolated()
        timers.cancel(timer)
    }

    /// Fires what is due.
    func fireTimers() {
        guard timers.count > 0 else { return }
        while let body = timers.popDue(at: now) { body() }
    }

    /// Sets the alarm for the next deadline.
    ///
    /// An alarm that would go off too early stays: most deadlines are cancelled long before they are due, and one spurious
    /// turn costs less than a system call for each of them.
    func setAlarm() {
        guard let next = timers.nextDeadline() else { return }
        if let armed, armed <= next { return }
        armed = next
        poller!.setAlarm(after: next - .now)
    }
}
