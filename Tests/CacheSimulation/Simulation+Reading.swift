import Caching

extension Simulation {
    /// A client reads, and reads again.
    func read(_ backend: SimulatedBackend) {
        let tenant = random.below(configuration.tenants)
        let user = 2 + random.below(Catalogue.users)
        let subjects: [Int]
        switch random.below(10) {
        case 0, 1: subjects = [1]
        case 2: subjects = [user]
        case 3: subjects = [0]
        default: subjects = [user, 0]
        }
        read(backend, tenant, subjects) {
            self.after(Int64(self.random.below(self.weather.readPause)), backend) { self.read(backend) }
        }
    }

    /// A script fills what is missing, by a backend's own way of reading.
    func warm(_ backend: SimulatedBackend) {
        let tenant = random.below(configuration.tenants)
        let next = { self.after(Int64(self.random.below(4_000_000)), backend) { self.warm(backend) } }
        guard has(.rawSetByWarm) else { return read(backend, tenant, Array(0..<Catalogue.subjects), then: next) }
        guard let pass = backend.lease.pass(now: clock(backend)) else { return next() }
        onPostgres(backend, { self.postgres.read(tenant, 0) }) { value in
            guard let value else { return next() }
            let key = self.catalogue.scope(tenant, [0]).keys(at: pass.epoch)[0]
            self.onRedis(backend, { self.redis.set(key, value, now: self.now) }) { _ in next() }
        }
    }

    // MARK: - Private

    private func read(_ backend: SimulatedBackend, _ tenant: Int, _ subjects: [Int], then next: @escaping () -> Void) {
        let reading = Reading(
            backend: backend,
            tenant: tenant,
            subjects: subjects,
            floor: history.floor(tenant),
            machine: CacheReadStateMachine(
                catalogue.scope(tenant, subjects),
                token: FillToken(using: &random),
                timing: configuration.timing
            ),
            next: next
        )
        step(reading, reading.machine.start(backend.lease, now: clock(backend)))
    }

    private func step(_ reading: Reading, _ action: CacheReadStateMachine<SimulatedValue>.Action) {
        let backend = reading.backend
        switch action {
        case .ask(let command):
            let (leaseBefore, clockBefore) = (backend.lease, clock(backend))
            if has(.fillFromOldSnapshot), reading.early == nil {
                reading.early = reading.subjects.map { postgres.read(reading.tenant, $0) }
            }
            askRedis(backend, command) { reply in
                let isEarly = self.has(.leaseCheckedBeforeReply)
                let (action, gate) = reading.machine.receive(
                    self.misread(backend, reply),
                    isEarly ? leaseBefore : backend.lease,
                    now: isEarly ? clockBefore : self.clock(backend)
                )
                if let gate { self.act(backend, gate) }
                self.step(reading, action)
            }
        case .wait(let duration):
            after(duration, backend) {
                self.step(reading, reading.machine.resume(backend.lease, now: self.clock(backend)))
            }
        case .readPrimary(let subjects, let transactions):
            readPrimary(reading, subjects.map(catalogue.index), transactions)
        case .serve(let values, let commands):
            serve(reading, values)
            for command in commands { askRedis(backend, command) { _ in } }
        }
    }

    private func readPrimary(_ reading: Reading, _ subjects: [Int], _ transactions: [WriterID]) {
        let early = reading.early
        onPostgres(
            reading.backend,
            {
                // The end of a transaction is asked for first: what it committed is in the snapshot, then.
                let ended = self.postgres.ended(transactions)
                let values = subjects.map { subject in
                    if let early, let place = reading.subjects.firstIndex(of: subject) { return early[place] }
                    return self.postgres.read(reading.tenant, subject)
                }
                return (values, ended)
            }
        ) { (answer: (values: [SimulatedValue], ended: [WriterID])?) in
            // Without the primary the read fails; nobody was told anything.
            guard let answer else {
                self.result.failures += 1
                return reading.next()
            }
            self.step(reading, reading.machine.receive(primary: answer.values, ended: answer.ended))
        }
    }

    private func serve(_ reading: Reading, _ values: [SimulatedValue]) {
        result.hits += reading.machine.hits
        for (subject, value) in zip(reading.subjects, values) {
            trace(
                "backend \(reading.backend.index): tenant \(reading.tenant), subject \(subject) is at \(value.revision), "
                    + "\(reading.machine.hits) of \(values.count) from the cache"
            )
            let committed = postgres.committed(reading.tenant, subject, revision: value.revision)
            let problem = history.end(reading.tenant, subject, value, since: reading.floor, committed: committed)
            if let (check, detail) = problem { report(check, detail) }
        }
        reading.next()
    }
}

extension Simulation {
    /// The reply as a shell with the planted flaws would take it.
    func misread(
        _ backend: SimulatedBackend,
        _ reply: CacheReply<SimulatedValue>?
    ) -> CacheReply<SimulatedValue>? {
        guard has(.runIgnored), let reply, let pass = backend.lease.pass(now: clock(backend)) else { return reply }
        return CacheReply(server: pass.server.run, reply.outcome)
    }
}

/// A read on its way.
private final class Reading {
    let backend: SimulatedBackend
    let tenant: Int
    let subjects: [Int]
    let floor: HistoryChecker.Floor
    var machine: CacheReadStateMachine<SimulatedValue>
    let next: () -> Void
    /// What the primary held when the cache was asked, where that is filled.
    var early: [SimulatedValue]?

    init(
        backend: SimulatedBackend,
        tenant: Int,
        subjects: [Int],
        floor: HistoryChecker.Floor,
        machine: CacheReadStateMachine<SimulatedValue>,
        next: @escaping () -> Void
    ) {
        self.backend = backend
        self.tenant = tenant
        self.subjects = subjects
        self.floor = floor
        self.machine = machine
        self.next = next
    }
}
