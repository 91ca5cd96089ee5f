import DequeModule
package import HubModel

/// How many requests of each tenant use a scarce resource at once, and who waits for a turn: first come, first served.
///
/// Tenants do not see each other here; whether there are others, the caller says. One that uses nothing is not remembered.
///
/// - Parameter Waiter: what the shell resumes when a request's turn has come.
package struct TenantShareStateMachine<Waiter> {
    package struct Limits: Hashable, Sendable {
        /// Requests of one tenant at once while no other tenant is there; at least 1.
        package let concurrent: Int
        /// The same beside other tenants: at least 1, and no more.
        package let contended: Int
        /// Requests of one tenant that wait.
        package let waiting: Int

        package init(concurrent: Int, contended: Int? = nil, waiting: Int) {
            self.concurrent = concurrent
            self.contended = min(concurrent, contended ?? concurrent)
            self.waiting = waiting
        }
    }

    package enum Admission: Hashable, Sendable {
        /// It is the request's turn; it ends with ``leave(_:)``.
        case entered
        /// All turns are taken: the caller may enqueue.
        case occupied
        /// So many wait already that the request is refused.
        case refused
    }

    fileprivate struct Share {
        var inside = 0
        var queue: Deque<(id: UInt64, waiter: Waiter)> = []
    }

    private let limits: Limits
    private var shares: [TenantID: Share] = [:]

    package init(limits: Limits) {
        self.limits = limits
    }

    /// How many requests are inside, and how many wait.
    package var load: (inside: Int, waiting: Int) {
        shares.values.reduce(into: (0, 0)) { load, share in
            load.0 += share.inside
            load.1 += share.queue.count
        }
    }

    /// How many tenants are remembered.
    package var tenants: Int { shares.count }

    /// - Parameter isContended: whether other tenants are there.
    package mutating func enter(_ tenant: TenantID, isContended: Bool = false) -> Admission {
        let share = shares[tenant, default: Share()]
        // Whoever waits goes first.
        guard share.inside >= limit(isContended) || !share.queue.isEmpty else {
            shares[tenant, default: Share()].inside += 1
            return .entered
        }
        return share.queue.count < limits.waiting ? .occupied : .refused
    }

    /// Enters, or waits in line.
    ///
    /// - Parameter id: a number never used before.
    /// - Returns: nil when the waiter is kept until its turn comes.
    package mutating func enqueue(
        _ waiter: Waiter,
        id: UInt64,
        of tenant: TenantID,
        isContended: Bool = false
    ) -> Admission? {
        let admission = enter(tenant, isContended: isContended)
        guard admission == .occupied else { return admission }
        shares[tenant, default: Share()].queue.append((id, waiter))
        return nil
    }

    /// Ends a request's turn.
    ///
    /// - Returns: whose turn it is now: nobody's when others have come since, and several waiters' when others have gone.
    package mutating func leave(_ tenant: TenantID, isContended: Bool = false) -> [Waiter] {
        guard var share = shares.removeValue(forKey: tenant) else { preconditionFailure("left without having entered") }
        share.inside -= 1
        var next: [Waiter] = []
        while share.inside < limit(isContended), let first = share.queue.popFirst() {
            share.inside += 1
            next.append(first.waiter)
        }
        if share.inside > 0 { shares[tenant] = share }
        return next
    }

    /// Takes a waiter out of the line.
    ///
    /// - Returns: the waiter; nil when its turn has come already.
    package mutating func giveUp(_ id: UInt64, of tenant: TenantID) -> Waiter? {
        guard let index = shares[tenant]?.queue.firstIndex(where: { $0.id == id }) else { return nil }
        return shares[tenant]?.queue.remove(at: index).waiter
    }

    // MARK: - Private

    private func limit(_ isContended: Bool) -> Int { isContended ? limits.contended : limits.concurrent }
}

extension TenantShareStateMachine: Sendable where Waiter: Sendable {}

extension TenantShareStateMachine.Share: Sendable where Waiter: Sendable {}
