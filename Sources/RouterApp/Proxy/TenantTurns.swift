import DequeModule
import HubModel
import Placement
import Throttling

/// The turns of each tenant at the backends of one shard, on one event loop: a burst of one tenant waits here, where
/// waiting costs nothing, and reaches a backend no faster than the backend answers.
final class TenantTurns {
    typealias Limits = TenantShareStateMachine.Limits

    private var machine: TenantShareStateMachine
    private var waiters: [UInt64: Exchange] = [:]
    /// Of the machines of the shard's backends, on whichever loop.
    private let neighbours: [Neighbours]
    private var lastID: UInt64 = 0
    /// Whose turn has come and who do not know it yet.
    private var called: Deque<Exchange> = []
    private var isCalling = false

    init(limits: Limits, neighbours: [Neighbours]) {
        machine = TenantShareStateMachine(limits: limits)
        self.neighbours = neighbours
    }

    enum Admission: Equatable {
        /// It is the request's turn; it ends with ``leave(_:)``.
        case entered
        /// The request is told when its turn has come, unless it gives the number up.
        case waits(UInt64)
        case refused
    }

    /// How many requests wait.
    var waiting: Int { machine.load.waiting }

    /// - Parameter now: by ``Neighbours/now()``.
    func enter(_ exchange: Exchange, of tenant: TenantID, at now: Int) -> Admission {
        for record in neighbours { record.note(tenant, at: now) }
        lastID += 1
        switch machine.enqueue(lastID, of: tenant, isContended: isContended(at: now)) {
        case .entered: return .entered
        case .refused, .occupied: return .refused
        case nil:
            waiters[lastID] = exchange
            return .waits(lastID)
        }
    }

    /// Ends a turn, and calls who is next.
    func leave(_ tenant: TenantID, at now: Int) {
        let next = machine.leave(tenant, isContended: isContended(at: now))
        guard !next.isEmpty else { return }
        called.append(contentsOf: next.compactMap { waiters.removeValue(forKey: $0) })
        // One that is called may end at once and call the next: not from within, a line may be long.
        guard !isCalling else { return }
        isCalling = true
        defer { isCalling = false }
        while let next = called.popFirst() { next.turnCame() }
    }

    /// Takes a request out of the line; nothing happens when its turn has come already.
    func giveUp(_ id: UInt64, of tenant: TenantID) {
        if machine.giveUp(id, of: tenant) { waiters[id] = nil }
    }

    // MARK: - Private

    private func isContended(at now: Int) -> Bool { neighbours.contains { $0.areThere(at: now) } }
}
