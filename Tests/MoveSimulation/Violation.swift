/// A promise that was not kept.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package enum Check: String, Sendable {
        case twoOwners = "two shards serve the tenant"
        case lostWrite = "a write is lost: who serves has an older version than was committed"
        case doubledWrite = "a write is doubled: who serves has a version that was never committed"
        case arrivedTwice = "a row arrives that is there already: a stream stops at the duplicate key"
        case staleRead = "a read is older than a write acknowledged before it began"
        case leftBehind = "something is left where the tenant is no longer"
        case attemptFell = "the journal's attempt has fallen"
        case journalDiffers = "the journal does not say what the tenant's row says"
        case notFinished = "after all faults have ended, the move does not come to an end"
        case notAnswered = "after all faults have ended, a request is never answered"
        case notServed = "the tenant is not served because a shard is down that does not serve it"
        case noWayBack = "from here no schedule leads to one owner that the directory names"
    }

    package let check: Check
    /// The seed that replays it; 0 for an exploration.
    package let seed: UInt64
    /// How many events had happened.
    package let step: Int
    package let detail: String

    package var description: String { "\(check.rawValue): seed \(seed), step \(step): \(detail)" }
}
