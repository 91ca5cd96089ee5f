package import HubModel
import Synchronization

/// Whether more than one tenant used something lately. Safe to ask from any thread.
package final class Neighbours: Sendable {
    /// Tenants that come less often than this are served beside anybody.
    package static let memory: Duration = .milliseconds(250)

    private let start: ContinuousClock.Instant
    private let lastTenant = Atomic<Int>(0)
    /// When the tenant last was another one than before, in microseconds from the start.
    private let lastChange: Atomic<Int>

    package init(at start: ContinuousClock.Instant) {
        self.start = start
        lastChange = Atomic(-Neighbours.microseconds(Neighbours.memory))
    }

    /// A tenant uses it now.
    package func note(_ tenant: TenantID, at now: ContinuousClock.Instant) {
        let mark = tenant.hashValue
        let before = lastTenant.exchange(mark, ordering: .relaxed)
        if before != mark, before != 0 { lastChange.store(microseconds(to: now), ordering: .relaxed) }
    }

    package func areThere(at now: ContinuousClock.Instant) -> Bool {
        microseconds(to: now) - lastChange.load(ordering: .relaxed) < Neighbours.microseconds(Neighbours.memory)
    }

    // MARK: - Private

    private func microseconds(to now: ContinuousClock.Instant) -> Int { Neighbours.microseconds(now - start) }

    private static func microseconds(_ duration: Duration) -> Int { Int(duration / .microseconds(1)) }
}
