import Caching

extension Simulation {
    func start(_ backend: SimulatedBackend) {
        renew(backend)
        for _ in 0..<2 { after(Int64(random.below(100_000)), backend) { self.read(backend) } }
        after(Int64(random.below(1_000_000)), backend) { self.write(backend) }
        after(Int64(random.below(2_000_000)), backend) { self.warm(backend) }
    }

    /// Reads the gate's row, does what follows, and again.
    func renew(_ backend: SimulatedBackend) {
        onRedis(backend, { () }) { _ in }
        readGate(backend) { self.after(self.configuration.timing.renewal, backend) { self.renew(backend) } }
    }

    func readGate(_ backend: SimulatedBackend, then next: @escaping () -> Void) {
        let asked = clock(backend)
        let objects = !backend.reachesRedis
        onPostgres(
            backend,
            by: backend.gateLink,
            {
                if objects {
                    let objection = MonotonicTime(microseconds: self.now) + self.configuration.timing.objection
                    self.postgres.object(backend.index, until: objection.microseconds)
                }
                return (self.postgres.gate, self.postgres.isObjected(to: backend.index, now: self.now))
            }
        ) { (answer: (row: GateRow, isObjected: Bool)?) in
            if let answer {
                self.observe(backend, answer.row, asked: asked, isObjected: answer.isObjected, isRenewal: true)
            }
            next()
        }
    }

    func observe(
        _ backend: SimulatedBackend,
        _ row: GateRow,
        asked: MonotonicTime,
        isObjected: Bool = true,
        isRenewal: Bool = false
    ) {
        let now = clock(backend)
        let action = backend.lease.observe(
            row,
            asked: has(.leaseTimedFromReply) ? now : asked,
            isReachable: isRenewal && backend.reachesRedis,
            isObjected: isObjected,
            now: now
        )
        if has(.drainNotAwaited), row.mode == .closing {
            act(backend, .drain(row.epoch))
        } else if let action {
            act(backend, action)
        }
    }

    /// Does to the gate what the state machine wants.
    func act(_ backend: SimulatedBackend, _ action: GateLeaseStateMachine.Action, then next: @escaping () -> Void = {})
    {
        switch action {
        case .close, .drain:
            onPostgres(backend, { self.update(backend, action) }) { _ in self.readGate(backend, then: next) }
        case .open(let epoch):
            guard !backend.isOpening else { return next() }
            backend.isOpening = true
            open(backend, after: epoch) {
                backend.isOpening = false
                self.readGate(backend, then: next)
            }
        }
    }

    // MARK: - Private

    private func update(_ backend: SimulatedBackend, _ action: GateLeaseStateMachine.Action) {
        if postgres.update(action) { trace("backend \(backend.index): gate \(action)") }
    }

    private func open(_ backend: SimulatedBackend, after epoch: GateEpoch, done: @escaping () -> Void) {
        let nonce = GateNonce(using: &random)
        if has(.reopenedDuringWrite) {
            return onRedis(backend, { self.redis.setSentinel(nonce) }) { reply in
                guard let (run, _) = reply else { return done() }
                let server = GateServer(run: run, nonce: nonce)
                let body = { if self.postgres.openUnlocked(after: epoch, server) { self.opened(backend) } }
                self.onPostgres(backend, body) { _ in done() }
            }
        }
        begin(backend, isExclusive: true) { transaction, row in
            guard let transaction else { return done() }
            guard row.epoch == epoch, row.mode == .off else {
                return self.rollBack(backend, transaction, then: done)
            }
            self.onRedis(backend, { self.redis.setSentinel(nonce) }) { reply in
                guard let (run, _) = reply else { return self.rollBack(backend, transaction, then: done) }
                let server = GateServer(run: run, nonce: nonce)
                let body = { if self.postgres.open(transaction, after: epoch, server) { self.opened(backend) } }
                self.onPostgres(backend, body) { _ in
                    self.forget(backend, transaction)
                    done()
                }
            }
        }
    }

    private func opened(_ backend: SimulatedBackend) {
        result.openings += 1
        trace("backend \(backend.index): gate open, epoch \(postgres.gate.epoch.rawValue)")
    }
}
