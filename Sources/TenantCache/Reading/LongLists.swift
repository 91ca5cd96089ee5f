import HubModel
import Synchronization

/// Tenants whose list of projects was found too long to be cached, for a while.
///
/// To find it out takes counting, and every write of a task ends what was found. The list of such a tenant is not asked
/// for until the while is over: its queries go to PostgreSQL, as they would then.
final class LongLists: Sendable {
    private static let memory = Duration.seconds(60)
    private static let capacity = 1024

    private let found = Mutex(RecentValues<TenantID, ContinuousClock.Instant>(capacity: LongLists.capacity))

    func note(_ tenant: TenantID) {
        found.withLock { $0.insert(.now, for: tenant) }
    }

    func contains(_ tenant: TenantID) -> Bool {
        found.withLock { $0.find(tenant) }.map { ContinuousClock.now - $0 < LongLists.memory } ?? false
    }
}
