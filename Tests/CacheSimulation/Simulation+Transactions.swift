import Caching

extension Simulation {
    /// Begins a transaction with the gate's lock, and reads the gate's row in it.
    func begin(
        _ backend: SimulatedBackend,
        isExclusive: Bool,
        completion: @escaping (SimulatedPostgres.Transaction?, GateRow) -> Void
    ) {
        var answerLater: ((GateRow) -> Void)?
        let transaction = SimulatedPostgres.Transaction(isExclusive: isExclusive) {
            answerLater?(self.postgres.gate)
            answerLater = nil
        }
        backend.transactions.append(transaction)
        call(
            backend,
            backend.postgresLink,
            timeout: Delays.postgresTimeout,
            serve: { (answer: @escaping (GateRow?) -> Void) in
                answerLater = { answer($0) }
                self.postgres.begin(transaction)
                guard isExclusive else { return }
                self.after(Delays.lockTimeout) {
                    guard case .waiting = transaction.status else { return }
                    self.postgres.abort(transaction)
                    answer(nil)
                }
                self.after(Delays.idleTimeout) { self.postgres.abort(transaction) }
            }
        ) { answer in
            guard let answer, let row = answer else {
                self.lose(transaction)
                self.forget(backend, transaction)
                return completion(nil, GateRow(epoch: GateEpoch(rawValue: 0)))
            }
            completion(transaction, row)
        }
    }

    func rollBack(
        _ backend: SimulatedBackend,
        _ transaction: SimulatedPostgres.Transaction,
        then next: @escaping () -> Void
    ) {
        onPostgres(backend, { self.postgres.abort(transaction) }) { answer in
            if answer == nil { self.lose(transaction) }
            self.forget(backend, transaction)
            next()
        }
    }

    /// Commits a write; what changed, or nil when the answer did not come.
    func commit(
        _ backend: SimulatedBackend,
        _ transaction: SimulatedPostgres.Transaction,
        _ tenant: Int,
        _ change: SimulatedChange,
        completion: @escaping ([(subject: Int, value: SimulatedValue)]??) -> Void
    ) {
        call(
            backend,
            backend.postgresLink,
            timeout: Delays.postgresTimeout,
            serve: { (answer: @escaping ([(subject: Int, value: SimulatedValue)]?) -> Void) in
                guard self.postgres.prepare(transaction) else { return answer(nil) }
                self.after(self.commitTime(backend)) {
                    let changed = self.postgres.finish(transaction, tenant, change)
                    self.trace("committed \(transaction.id.rawValue): tenant \(tenant), \(change)")
                    answer(changed)
                }
            }
        ) { answer in
            if answer == nil { self.lose(transaction) }
            self.forget(backend, transaction)
            completion(answer)
        }
    }

    /// How long the commit takes, which may be what a fault is waiting for.
    private func commitTime(_ backend: SimulatedBackend) -> Int64 {
        guard let fault = weather.takeAim(isOff: postgres.gate.mode == .off) else {
            return weather.commitTime(using: &random)
        }
        return meet(fault, backend)
    }

    func forget(_ backend: SimulatedBackend, _ transaction: SimulatedPostgres.Transaction) {
        backend.transactions.removeAll { $0 === transaction }
    }

    /// The client is gone: some time later the database notices.
    func lose(_ transaction: SimulatedPostgres.Transaction) {
        let delay = random.chance(0.7) ? random.below(2_000) : random.below(5_000_000)
        after(Int64(delay)) { self.postgres.abort(transaction) }
    }
}
