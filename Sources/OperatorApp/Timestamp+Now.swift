import FoundationEssentials
import HubModel

extension Timestamp {
    /// The present moment, by the system's clock.
    static func now() -> Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }

    /// Midnight UTC before the present moment.
    static func startOfToday() -> Timestamp {
        let day: Int64 = 86_400_000_000
        return Timestamp(microseconds: now().microseconds / day * day)
    }
}
