import FoundationEssentials
import HubModel

extension Identifier {
    /// A new id, of this moment.
    static func fresh() -> Identifier {
        make(at: Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000)))
    }
}
