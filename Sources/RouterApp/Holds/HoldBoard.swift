import HubModel
import HubWire
import Synchronization

/// What all event loops of a router held, for control to ask for. Only requests that are held come here.
final class HoldBoard: Sendable {
    private struct State {
        var tally = HoldTally()
        var waiting: [TenantID: Int] = [:]
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now

    /// A request of the tenant waits from now on.
    func began(_ tenant: TenantID) {
        state.withLock { $0.waiting[tenant, default: 0] += 1 }
    }

    /// A request of the tenant does not wait any more.
    func ended(_ tenant: TenantID) {
        state.withLock { state in
            if let waiting = state.waiting[tenant] { state.waiting[tenant] = waiting > 1 ? waiting - 1 : nil }
        }
    }

    /// How many requests of each tenant wait now; only tenants of which one does.
    var waiting: [TenantID: Int] { state.withLock { $0.waiting } }

    /// Counts a hold that has ended; see ``HoldTally/count(_:of:at:waited:before:)``.
    func count(
        _ ending: HoldTally.Ending,
        of tenant: TenantID,
        at epoch: Epoch,
        waited: Duration,
        before: Duration?
    ) {
        state.withLock { $0.tally.count(ending, of: tenant, at: epoch, waited: waited, before: before) }
    }

    /// What was held of a tenant at epochs above `start` and up to `end`.
    func report(of tenant: TenantID, after start: Epoch, upTo end: Epoch) -> InternalHolds {
        let (sum, isForgetful, waiting) = state.withLock { state in
            let (sum, isForgetful) = state.tally.sum(of: tenant, after: start, upTo: end)
            return (sum, isForgetful, state.waiting[tenant] ?? 0)
        }
        return InternalHolds(
            tenantId: tenant,
            held: Int64(sum.held),
            late: Int64(sum.late),
            longestMicroseconds: Int64(sum.longest / .microseconds(1)),
            waiting: waiting,
            countedMilliseconds: Int64((ContinuousClock.now - self.start) / .milliseconds(1)),
            isForgetful: isForgetful
        )
    }
}
