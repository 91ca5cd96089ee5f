import Caching

extension Simulation {
    /// A client writes, and writes again.
    func write(_ backend: SimulatedBackend) {
        let tenant = random.below(configuration.tenants)
        let change = drawChange(tenant)
        history.begin(tenant, change)
        let writing = Writing(
            backend: backend,
            tenant: tenant,
            change: change,
            begun: now,
            machine: CacheWriteStateMachine(catalogue.scope(tenant, [change]), timing: configuration.timing)
        )
        step(writing, writing.machine.start())
    }

    // MARK: - Private

    private func drawChange(_ tenant: Int) -> SimulatedChange {
        let projects = postgres.projects(tenant)
        switch random.below(10) {
        case 0: return .changeSettings
        case 1, 2: return .changeRole(user: random.below(Catalogue.users))
        case 3: return .renameUser(user: random.below(Catalogue.users))
        case 4, 5:
            if projects.count > 4 { return .deleteProject(random.pick(projects)) }
        case 6, 7, 8:
            if !projects.isEmpty { return .updateProject(random.pick(projects)) }
        default:
            break
        }
        lastProject += 1
        return .createProject(lastProject)
    }

    private func step(_ writing: Writing, _ action: CacheWriteStateMachine<SimulatedValue>.Action) {
        let backend = writing.backend
        switch action {
        case .begin:
            begin(writing)
        case .ask(let command):
            ask(writing, command)
        case .commit:
            commit(writing)
        case .rollBack(let epoch, let command, let delay):
            guard let transaction = writing.transaction else { preconditionFailure("nothing to roll back") }
            rollBack(backend, transaction) {
                if let command { self.askRedis(backend, command) { _ in } }
                let again = { self.after(delay, backend) { self.step(writing, writing.machine.retry()) } }
                guard let epoch else { return again() }
                self.act(backend, .close(epoch), then: again)
            }
        case .acknowledge:
            acknowledge(writing)
            writeNext(backend)
        case .refuse:
            result.failures += 1
            writeNext(backend)
        case .failUnknown:
            result.failures += 1
            trace("backend \(backend.index): \(writing.change) may have been done")
            if has(.unfenceAfterUnknown), let fence = writing.fence { askRedis(backend, fence) { _ in } }
            writeNext(backend)
        }
    }

    private func begin(_ writing: Writing) {
        let backend = writing.backend
        let asked = clock(backend)
        begin(backend, isExclusive: false) { transaction, row in
            guard let transaction else {
                self.result.failures += 1
                return self.writeNext(backend)
            }
            writing.transaction = transaction
            self.observe(backend, row, asked: asked)
            let now = self.clock(backend)
            self.step(writing, writing.machine.begin(row, writer: transaction.id, backend.lease, now: now))
        }
    }

    private func ask(_ writing: Writing, _ command: CacheCommand<SimulatedValue>) {
        let backend = writing.backend
        let (leaseBefore, clockBefore) = (backend.lease, clock(backend))
        let isEarly = has(.leaseCheckedBeforeReply)
        let receive = { (reply: CacheReply<SimulatedValue>?) in
            let action = writing.machine.receive(
                self.misread(backend, reply),
                isEarly ? leaseBefore : backend.lease,
                now: isEarly ? clockBefore : self.clock(backend)
            )
            self.step(writing, action)
        }
        guard case .fence(let keys, let writer) = command.operation else {
            if has(.acknowledgedFirst) { acknowledge(writing) }
            return askRedis(backend, command, completion: receive)
        }
        writing.fence = CacheCommand(nonce: command.nonce, .unfence(keys, [writer]))
        let confirmed = backend.lease.pass(now: clock(backend)).map {
            CacheReply<SimulatedValue>(server: $0.server.run, .fenced)
        }
        if has(.noFence) { return receive(confirmed) }
        askRedis(backend, command) { reply in
            if let reply, case .fenced = reply.outcome { return receive(reply) }
            receive(self.has(.fenceGivenUp) ? confirmed : reply)
        }
    }

    private func commit(_ writing: Writing) {
        guard let transaction = writing.transaction else { preconditionFailure("nothing to commit") }
        commit(writing.backend, transaction, writing.tenant, writing.change) { answer in
            switch answer {
            case .some(.some(let changed)):
                writing.changed = changed
                self.step(writing, writing.machine.end(.committed))
            case .some(nil):
                self.step(writing, writing.machine.end(.aborted))
            case nil:
                self.step(writing, writing.machine.end(.unknown))
            }
        }
    }

    private func acknowledge(_ writing: Writing) {
        guard let changed = writing.changed else { return }
        writing.changed = nil
        result.longestWrite = max(result.longestWrite, now - writing.begun)
        trace("backend \(writing.backend.index): acknowledged tenant \(writing.tenant), \(writing.change)")
        history.acknowledge(writing.tenant, writing.change, changed)
    }

    private func writeNext(_ backend: SimulatedBackend) {
        after(Int64(random.below(weather.writePause)), backend) { self.write(backend) }
    }
}

/// A write on its way.
private final class Writing {
    let backend: SimulatedBackend
    let tenant: Int
    let change: SimulatedChange
    let begun: Int64
    var machine: CacheWriteStateMachine<SimulatedValue>
    var transaction: SimulatedPostgres.Transaction?
    /// What the commit changed, until that is acknowledged.
    var changed: [(subject: Int, value: SimulatedValue)]?
    /// How the fence is removed, once one was asked for.
    var fence: CacheCommand<SimulatedValue>?

    init(
        backend: SimulatedBackend,
        tenant: Int,
        change: SimulatedChange,
        begun: Int64,
        machine: CacheWriteStateMachine<SimulatedValue>
    ) {
        self.backend = backend
        self.tenant = tenant
        self.change = change
        self.begun = begun
        self.machine = machine
    }
}
