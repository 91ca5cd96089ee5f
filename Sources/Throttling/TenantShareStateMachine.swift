import DequeModule
package import HubModel

/// How many requests of each tenant use a scarce resource at once, and who waits for a turn: first come, first served.
///
/// Tenants do not see each other here. One that uses nothing is not remembered.
///
/// - Parameter Waiter: what the shell resumes when a request's turn has come.
package struct TenantShareStateMachine<Waiter: Sendable>: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Requests of one tenant at once; at least 1.
        package let concurrent: Int
        /// Requests of one tenant that wait.
        package let waiting: Int

        package init(concurrent: Int, waiting: Int) {
            self.concurrent = concurrent
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

    private struct Share {
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

    package mutating func enter(_ tenant: TenantID) -> Admission {
        let share = shares[tenant, default: Share()]
        // Whoever waits goes first.
        guard share.inside >= limits.concurrent || !share.queue.isEmpty else {
            shares[tenant, default: Share()].inside += 1
            return .entered
        }
        return share.queue.count < limits.waiting ? .occupied : .refused
    }

    /// Enters, or waits in line.
    ///
    /// - Parameter id: a number never used before.
    /// - Returns: nil when the waiter is kept until its turn comes.
    package mutating func enqueue(_ waiter: Waiter, id: UInt64, of tenant: TenantID) -> Admission? {
        let admission = enter(tenant)
        guard admission == .occupied else { return admission }
        shares[tenant, default: Share()].queue.append((id, waiter))
        return nil
    }

    /// Ends a request's turn.
    ///
    /// - Returns: whose turn it is now.
    package mutating func leave(_ tenant: TenantID) -> Waiter? {
        guard var share = shares.removeValue(forKey: tenant) else { preconditionFailure("left without having entered") }
        if let next = share.queue.popFirst() {
            shares[tenant] = share
            return next.waiter
        }
        share.inside -= 1
        if share.inside > 0 { shares[tenant] = share }
        return nil
    }

    /// Takes a waiter out of the line.
    ///
    /// - Returns: the waiter; nil when its turn has come already.
    package mutating func giveUp(_ id: UInt64, of tenant: TenantID) -> Waiter? {
        guard let index = shares[tenant]?.queue.firstIndex(where: { $0.id == id }) else { return nil }
        return shares[tenant]?.queue.remove(at: index).waiter
    }
}
