package import HubModel
import Observability
import Synchronization

/// The time of day, which a test can set forward.
package final class ShiftedClock: Sendable {
    private let shift = Mutex(Duration.zero)

    package init() {}

    package var now: @Sendable () -> Timestamp {
        { [self] in .now() + shift.withLock { $0 } }
    }

    package func advance(by duration: Duration) {
        shift.withLock { $0 += duration }
    }
}
