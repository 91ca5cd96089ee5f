/// A promise that was not kept.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package enum Check: String, Sendable {
        case olderThanAcknowledged = "a read is older than a write acknowledged before it began"
        case wentBack = "a read is older than another that had ended before it began"
        case wrongList = "a list lacks a project, or has one that was deleted"
        case neverCommitted = "a read is of a state that was never committed"
        case notLiveAgain = "the cache is not in use again after all faults have ended"
    }

    package let check: Check
    /// The seed that replays it.
    package let seed: UInt64
    /// How many events had happened.
    package let step: Int
    /// Microseconds since the beginning.
    package let time: Int64
    package let detail: String

    package var description: String {
        "\(check.rawValue): seed \(seed), step \(step), \(Double(time) / 1e6) s: \(detail)"
    }
}
