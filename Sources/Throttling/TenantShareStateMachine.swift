import DequeModule
package import HubModel

/// How many requests of each tenant use a scarce resource at once, and who waits for a turn: first come, first served.
///
/// Tenants do not see each other here; whether there are others, the caller says. One that uses nothing is not remembered.
/// Whoever waits is a number; ``TenantLine`` keeps what is to be resumed. (No type parameter: one is not specialised across
/// modules, and would cost a router a tenth of a request.)
package struct TenantShareStateMachine: Sendable {
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

    private struct Share {
        var inside = 0
        var queue: Deque<UInt64> = []

        mutating func enter(limit: Int, waiting: Int) -> Admission {
            // Whoever waits goes first.
            guard inside >= limit || !queue.isEmpty else {
                inside += 1
                return .entered
            }
            return queue.count < waiting ? .occupied : .refused
        }
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
        // One that is new enters, so that no share is left that nobody uses.
        shares[tenant, default: Share()].enter(limit: limit(isContended), waiting: limits.waiting)
    }

    /// Enters, or waits in line.
    ///
    /// - Parameter id: a number never used before.
    /// - Returns: nil when the request waits until its turn comes.
    package mutating func enqueue(_ id: UInt64, of tenant: TenantID, isContended: Bool = false) -> Admission? {
        let admission = enter(tenant, isContended: isContended)
        guard admission == .occupied else { return admission }
        shares[tenant, default: Share()].queue.append(id)
        return nil
    }

    /// Ends a request's turn.
    ///
    /// - Returns: whose turn it is now: nobody's when others have come since, and several waiters' when others have gone.
    package mutating func leave(_ tenant: TenantID, isContended: Bool = false) -> [UInt64] {
        guard let index = shares.index(forKey: tenant) else { preconditionFailure("left without having entered") }
        shares.values[index].inside -= 1
        var next: [UInt64] = []
        while shares.values[index].inside < limit(isContended), let first = shares.values[index].queue.popFirst() {
            shares.values[index].inside += 1
            next.append(first)
        }
        if shares.values[index].inside == 0 { shares.remove(at: index) }
        return next
    }

    /// Takes a request out of the line.
    ///
    /// - Returns: false when its turn has come already.
    package mutating func giveUp(_ id: UInt64, of tenant: TenantID) -> Bool {
        guard let index = shares[tenant]?.queue.firstIndex(of: id) else { return false }
        shares[tenant]?.queue.remove(at: index)
        return true
    }

    // MARK: - Private

    private func limit(_ isContended: Bool) -> Int { isContended ? limits.contended : limits.concurrent }
}
