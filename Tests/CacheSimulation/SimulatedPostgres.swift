import Caching

/// The shard's database: committed rows with snapshots, transactions that end once, the gate's row and its advisory lock.
final class SimulatedPostgres {
    /// A session's transaction, from when it is asked for.
    final class Transaction {
        enum Status { case waiting, active, committing, committed, aborted }

        let isExclusive: Bool
        fileprivate(set) var status = Status.waiting
        fileprivate(set) var id = WriterID(rawValue: 0)
        fileprivate var granted: () -> Void

        init(isExclusive: Bool, granted: @escaping () -> Void) {
            self.isExclusive = isExclusive
            self.granted = granted
        }
    }

    private let catalogue: Catalogue
    private(set) var gate = GateRow(epoch: GateEpoch(rawValue: 0))
    /// Until when a backend keeps the others from opening the gate.
    private var objections: [Int64]
    /// What was ever committed: by tenant, subject and revision.
    private var history: [[[SimulatedValue]]]
    private var transactions: [WriterID: Transaction] = [:]
    private var lastID: UInt64 = 0
    private var queue: [Transaction] = []
    private var sharers = 0
    private var hasExclusive = false

    init(_ catalogue: Catalogue, backends: Int) {
        self.catalogue = catalogue
        objections = Array(repeating: 0, count: backends)
        history = catalogue.tenants.map { _ in
            (0..<Catalogue.subjects).map { subject in
                [SimulatedValue(names: subject == 0 ? Array(repeating: 0, count: Catalogue.users) : [0])]
            }
        }
    }

    // MARK: - Rows

    /// The newest committed state of an item.
    func read(_ tenant: Int, _ subject: Int) -> SimulatedValue {
        history[tenant][subject][history[tenant][subject].count - 1]
    }

    func committed(_ tenant: Int, _ subject: Int, revision: Int) -> SimulatedValue? {
        let states = history[tenant][subject]
        return states.indices.contains(revision) ? states[revision] : nil
    }

    func projects(_ tenant: Int) -> [Int] {
        read(tenant, 0).projects.keys.sorted()
    }

    func ended(_ writers: [WriterID]) -> [WriterID] {
        writers.filter { writer in
            switch transactions[writer]?.status {
            case .committed, .aborted, nil: true
            case .waiting, .active, .committing: false
            }
        }
    }

    // MARK: - Transactions

    /// Begins when the gate's lock can be had: first come, first served; unless the client has gone meanwhile.
    func begin(_ transaction: Transaction) {
        guard transaction.status == .waiting else { return }
        queue.append(transaction)
        grant()
    }

    /// From here on nothing can undo it; it is seen only by ``finish(_:_:_:)``.
    ///
    /// - Returns: whether the transaction could still commit.
    func prepare(_ transaction: Transaction) -> Bool {
        guard transaction.status == .active else { return false }
        transaction.status = .committing
        return true
    }

    /// Makes a prepared write visible and releases its lock.
    ///
    /// - Returns: the items that have changed, as they are now.
    func finish(
        _ transaction: Transaction,
        _ tenant: Int,
        _ change: SimulatedChange
    ) -> [(subject: Int, value: SimulatedValue)] {
        let changed = apply(change, tenant)
        end(transaction, .committed)
        return changed
    }

    /// Commits an active transaction that opened the gate.
    func open(_ transaction: Transaction, after epoch: GateEpoch, _ server: GateServer) -> Bool {
        guard transaction.status == .active else { return false }
        let isOpened = gate.open(after: epoch, server)
        end(transaction, .committed)
        return isOpened
    }

    /// The session is gone or rolls back; what has begun to commit commits.
    func abort(_ transaction: Transaction) {
        switch transaction.status {
        case .waiting:
            queue.removeAll { $0 === transaction }
            transaction.status = .aborted
            grant()
        case .active:
            end(transaction, .aborted)
        case .committing, .committed, .aborted:
            break
        }
    }

    // MARK: - The gate's row

    func update(_ action: GateLeaseStateMachine.Action) -> Bool {
        switch action {
        case .close(let epoch): gate.close(epoch)
        case .drain(let epoch): gate.drain(epoch)
        case .open: preconditionFailure("opening takes a transaction")
        }
    }

    /// Without the lock that opening takes.
    func openUnlocked(after epoch: GateEpoch, _ server: GateServer) -> Bool {
        gate.open(after: epoch, server)
    }

    func object(_ backend: Int, until time: Int64) {
        objections[backend] = time
    }

    /// Whether some backend other than this one objects to opening the gate.
    func isObjected(to backend: Int, now: Int64) -> Bool {
        objections.indices.contains { $0 != backend && objections[$0] > now }
    }

    // MARK: - Private

    private func grant() {
        while let first = queue.first, !hasExclusive, !first.isExclusive || sharers == 0 {
            queue.removeFirst()
            if first.isExclusive { hasExclusive = true } else { sharers += 1 }
            lastID += 1
            first.id = WriterID(rawValue: lastID)
            first.status = .active
            transactions[first.id] = first
            first.granted()
        }
    }

    private func end(_ transaction: Transaction, _ status: Transaction.Status) {
        transaction.status = status
        transaction.granted = {}
        if transaction.isExclusive { hasExclusive = false } else { sharers -= 1 }
        // An id that is not known any more has ended.
        transactions[transaction.id] = nil
        grant()
    }

    private func apply(_ change: SimulatedChange, _ tenant: Int) -> [(subject: Int, value: SimulatedValue)] {
        var after = (0..<Catalogue.subjects).map { read(tenant, $0) }
        switch change {
        case .createProject(let project):
            after[0].projects[project] = 1
        case .updateProject(let project):
            if let revision = after[0].projects[project] { after[0].projects[project] = revision + 1 }
        case .deleteProject(let project):
            after[0].projects[project] = nil
        case .changeSettings:
            after[1].fields += 1
        case .changeRole(let user):
            after[2 + user].fields += 1
        case .renameUser(let user):
            after[2 + user].names[0] += 1
            after[0].names[user] += 1
        }
        var changed: [(subject: Int, value: SimulatedValue)] = []
        for subject in 0..<Catalogue.subjects {
            var value = after[subject]
            guard !value.hasSameContent(as: read(tenant, subject)) else { continue }
            value.revision += 1
            history[tenant][subject].append(value)
            changed.append((subject, value))
        }
        return changed
    }
}
