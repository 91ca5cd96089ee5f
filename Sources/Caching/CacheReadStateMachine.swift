/// A reader of some items of a tenant: from the cache where it may, from the primary where it must.
package struct CacheReadStateMachine<Value: Sendable>: Sendable {
    package enum Action: Sendable {
        /// Send it, and hand in what comes back, or nil after a time-out.
        case ask(CacheCommand<Value>)
        /// Hand in ``resume(_:now:)`` after so long: another is filling.
        case wait(Duration)
        /// Read these from the primary, by a snapshot taken from now on, with the end of these transactions.
        case readPrimary([CacheSubject], transactions: [WriterID])
        /// Answer, in the order asked for. Then send the command, if there is one; nobody waits for its reply.
        case serve([Value], then: [CacheCommand<Value>])
    }

    /// An action, and what must be done about the gate besides.
    package typealias Step = (action: Action, gate: GateLeaseStateMachine.Action?)

    private enum State {
        case idle
        case asking(GatePass, [CacheSubject], isSecond: Bool)
        case waiting(GatePass, [CacheSubject])
        /// Which of the items will be filled, and which fences are in doubt.
        case reading(GatePass?, [CacheSubject], mine: [CacheSubject], doubtful: [WriterID])
        case served
    }

    private let scope: CacheScope
    private let token: FillToken
    private let timing: CacheTiming
    private var found: [CacheSubject: Value] = [:]
    private var state = State.idle

    /// - Parameter token: drawn for this reader alone.
    package init(_ scope: CacheScope, token: FillToken, timing: CacheTiming = CacheTiming()) {
        self.scope = scope
        self.token = token
        self.timing = timing
    }

    /// How many of the items came from the cache.
    package private(set) var hits = 0

    package mutating func start(_ lease: GateLeaseStateMachine, now: MonotonicTime) -> Action {
        guard let pass = lease.pass(now: now) else { return readPrimary(scope.subjects) }
        return ask(pass, scope.subjects, isSecond: false)
    }

    /// Takes what the cache answered; nil when nothing came.
    package mutating func receive(
        _ reply: CacheReply<Value>?,
        _ lease: GateLeaseStateMachine,
        now: MonotonicTime
    ) -> Step {
        guard case .asking(let pass, let subjects, let isSecond) = state else {
            preconditionFailure("a reply without a question")
        }
        guard let reply else { return (readPrimary(subjects), nil) }
        switch lease.judge(reply, to: pass, now: now) {
        case .expired:
            return (readPrimary(subjects), nil)
        case .foreign(let epoch):
            return (readPrimary(subjects), .close(epoch))
        case .believed:
            guard case .readings(let readings) = reply.outcome, readings.count == subjects.count else {
                return (readPrimary(subjects), nil)
            }
            return (sort(readings, of: subjects, pass, isSecond: isSecond), nil)
        }
    }

    /// The wait is over.
    package mutating func resume(_ lease: GateLeaseStateMachine, now: MonotonicTime) -> Action {
        guard case .waiting(let pass, let subjects) = state else { preconditionFailure("nobody waits") }
        guard lease.pass(now: now) == pass else { return readPrimary(subjects) }
        return ask(pass, subjects, isSecond: true)
    }

    /// Takes what the primary holds, and which of the transactions it was asked about have ended.
    package mutating func receive(primary values: [Value], ended: [WriterID]) -> Action {
        guard case .reading(let pass, let subjects, let mine, _) = state, values.count == subjects.count else {
            preconditionFailure("values that were not asked for")
        }
        for (subject, value) in zip(subjects, values) { found[subject] = value }
        var commands: [CacheCommand<Value>] = []
        if let pass {
            let fills = zip(subjects, values).filter { mine.contains($0.0) }
                .map { (key: scope.key($0.0, at: pass.epoch), value: $0.1) }
            if !fills.isEmpty { commands.append(CacheCommand(nonce: pass.server.nonce, .fill(fills, token))) }
            if !ended.isEmpty {
                commands.append(
                    CacheCommand(
                        nonce: pass.server.nonce,
                        .unfence(subjects.filter { !mine.contains($0) }.map { scope.key($0, at: pass.epoch) }, ended)
                    )
                )
            }
        }
        return serve(then: commands)
    }

    // MARK: - Private

    private mutating func ask(_ pass: GatePass, _ subjects: [CacheSubject], isSecond: Bool) -> Action {
        state = .asking(pass, subjects, isSecond: isSecond)
        let keys = subjects.map { scope.key($0, at: pass.epoch) }
        return .ask(CacheCommand(nonce: pass.server.nonce, .read(keys, token)))
    }

    private mutating func sort(
        _ readings: [CacheReading<Value>],
        of subjects: [CacheSubject],
        _ pass: GatePass,
        isSecond: Bool
    ) -> Action {
        var missing: [CacheSubject] = []
        var mine: [CacheSubject] = []
        var others = 0
        var doubtful: [WriterID] = []
        for (subject, reading) in zip(subjects, readings) {
            switch reading {
            case .value(let value):
                found[subject] = value
                hits += 1
                continue
            case .leased:
                mine.append(subject)
            case .leasedByAnother:
                others += 1
            case .fenced(let writers):
                for writer in writers where !doubtful.contains(writer) { doubtful.append(writer) }
            }
            missing.append(subject)
        }
        if missing.isEmpty { return serve(then: []) }
        // Whoever must go to the primary for one item takes the others along.
        if others == missing.count, !isSecond {
            state = .waiting(pass, missing)
            return .wait(timing.fillWait)
        }
        state = .reading(pass, missing, mine: mine, doubtful: doubtful)
        return .readPrimary(missing, transactions: doubtful)
    }

    private mutating func readPrimary(_ subjects: [CacheSubject]) -> Action {
        state = .reading(nil, subjects, mine: [], doubtful: [])
        return .readPrimary(subjects, transactions: [])
    }

    private mutating func serve(then commands: [CacheCommand<Value>]) -> Action {
        state = .served
        return .serve(scope.subjects.compactMap { found[$0] }, then: commands)
    }
}
