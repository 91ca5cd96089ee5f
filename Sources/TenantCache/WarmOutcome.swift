/// What became of warming one tenant.
package enum WarmOutcome: Hashable, Sendable {
    /// So many items are in the cache now that were not before, and so many were there already.
    case warmed(filled: Int, present: Int)
    /// There was no need or no use, for a reason that an operator understands.
    case skipped(String)
    case failed(String)
}
