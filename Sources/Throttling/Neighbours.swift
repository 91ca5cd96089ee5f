import FoundationEssentials
import Glibc
package import HubModel
import Synchronization

/// Whether more than one tenant used something lately. Safe to ask from any thread.
///
/// Moments are microseconds of one clock that never goes back: whoever asks for each request has read it already.
package final class Neighbours: Sendable {
    /// Tenants that come less often than this are served beside anybody; in microseconds.
    package static let memory = 250_000

    private let lastTenant = Atomic<UInt64>(0)
    /// When the tenant last was another one than before.
    private let lastChange = Atomic<Int>(Int.min / 2)

    package init() {}

    /// The present moment, on the system's monotonic clock.
    package static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }

    /// A tenant uses it now.
    package func note(_ tenant: TenantID, at now: Int) {
        let mark = Neighbours.mark(of: tenant)
        let before = lastTenant.load(ordering: .relaxed)
        guard before != mark else { return }
        lastTenant.store(mark, ordering: .relaxed)
        if before != 0 { lastChange.store(now, ordering: .relaxed) }
    }

    package func areThere(at now: Int) -> Bool {
        now - lastChange.load(ordering: .relaxed) < Neighbours.memory
    }

    // MARK: - Private

    /// The half of an id that is random, and never 0 (RFC 9562 section 4.1).
    private static func mark(of tenant: TenantID) -> UInt64 {
        unsafeBitCast(tenant.uuid.uuid, to: (UInt64, UInt64).self).1
    }
}
