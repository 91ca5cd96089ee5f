package import HubModel

/// Limits how often one address may do something: a token bucket for each, forgotten once it is full again.
///
/// At most so many addresses are remembered; beyond that the one that has been quiet longest is forgotten.
package struct AddressThrottle: Sendable {
    package struct Allowance: Hashable, Sendable {
        /// How often in a row.
        package let burst: Int
        /// How long until once more.
        package let interval: Duration

        package init(burst: Int, interval: Duration) {
            self.burst = burst
            self.interval = interval
        }
    }

    private let allowance: Allowance
    private let capacity: Int
    /// When each address's bucket will be full again.
    private var fullAt: [String: Timestamp] = [:]

    package init(allowance: Allowance, capacity: Int = 10_000) {
        self.allowance = allowance
        self.capacity = capacity
    }

    /// Takes one token of the address's bucket.
    ///
    /// - Returns: nil when it may; else how long it has to wait.
    package mutating func take(_ address: String, now: Timestamp) -> Duration? {
        let full = max(fullAt[address] ?? now, now)
        let next = full + allowance.interval
        let excess = next - (now + allowance.interval * allowance.burst)
        guard excess <= .zero else { return excess }
        fullAt[address] = next
        if fullAt.count > capacity { forget(now: now) }
        return nil
    }

    // MARK: - Private

    private mutating func forget(now: Timestamp) {
        fullAt = fullAt.filter { $0.value > now }
        while fullAt.count > capacity, let quietest = fullAt.min(by: { $0.value < $1.value }) {
            fullAt.removeValue(forKey: quietest.key)
        }
    }
}
