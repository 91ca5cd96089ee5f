import FoundationEssentials
import HubModel

extension Timestamp {
    /// The present moment, by the system's clock.
    static func now() -> Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }

    /// Midnight UTC before the present moment.
    static func startOfToday() -> Timestamp { now().startOfDay }
}
