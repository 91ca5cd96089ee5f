/// The answer of `POST /internal/tenants/{id}/cache/warm`: what became of the tenant.
package struct InternalCacheWarming: Codable, Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Codable, Sendable {
        /// What its people read most is in the cache, as far as there is one.
        case warmed
        /// There was no need or no use.
        case skipped
        case failed
    }

    package let outcome: Outcome
    /// Items that are in the cache now and were not before.
    package let filled: Int
    /// Items that were there already.
    package let present: Int
    /// Why it was not warmed, for an operator.
    @Nullable package var reason: String?

    package init(_ outcome: Outcome, filled: Int = 0, present: Int = 0, reason: String? = nil) {
        self.outcome = outcome
        self.filled = filled
        self.present = present
        self.reason = reason
    }
}
