package import HubModel

/// One process's memory of wrong passwords: of all accounts and networks, within bounds.
///
/// It counts by itself and learns from what the processes share, so it throttles with that and without it.
package struct LoginThrottleStateMachine: Sendable {
    private struct Place: Hashable {
        let account: String
        let network: String?
    }

    private let allowance: LoginAllowance
    private let capacity: Int
    private var accounts: [Place: AccountFailures] = [:]
    private var networks: TokenBuckets<String>

    /// - Parameter capacity: how many accounts are remembered, and how many networks.
    package init(allowance: LoginAllowance, capacity: Int = 50_000) {
        self.allowance = allowance
        self.capacity = capacity
        networks = TokenBuckets(rate: allowance.network, capacity: capacity)
    }

    /// Takes a step of an attempt; see ``LoginFailures/take(_:_:now:)``.
    package mutating func take(_ step: LoginStep, of attempt: LoginAttempt, now: Timestamp) -> Duration? {
        var failures = failures(of: attempt)
        if let wait = failures.take(step, allowance, now: now) { return wait }
        if step != .look { set(failures, of: attempt, now: now) }
        return nil
    }

    /// Learns what the processes share.
    package mutating func adopt(_ shared: LoginFailures, of attempt: LoginAttempt, now: Timestamp) {
        var failures = failures(of: attempt)
        failures.merge(shared)
        set(failures, of: attempt, now: now)
    }

    /// How many accounts are remembered.
    package var count: Int { accounts.count }

    // MARK: - Private

    private func failures(of attempt: LoginAttempt) -> LoginFailures {
        LoginFailures(
            strangers: accounts[Place(account: attempt.account, network: nil)] ?? AccountFailures(),
            familiar: accounts[Place(account: attempt.account, network: attempt.network)],
            network: networks[attempt.network]
        )
    }

    private mutating func set(_ failures: LoginFailures, of attempt: LoginAttempt, now: Timestamp) {
        let strangers = failures.strangers == AccountFailures() ? nil : failures.strangers
        accounts[Place(account: attempt.account, network: nil)] = strangers
        accounts[Place(account: attempt.account, network: attempt.network)] = failures.familiar
        networks.set(failures.network, of: attempt.network, now: now)
        if accounts.count > capacity { forget(now: now) }
    }

    /// Forgets what has no weight any more, and of the rest what is longest ago; a tenth at a time.
    private mutating func forget(now: Timestamp) {
        accounts = accounts.filter { place, failures in
            let isRecent = now - failures.last < allowance.memory
            return isRecent || place.network != nil && now - failures.forgiven < allowance.familiarity
        }
        let kept = capacity - capacity / 10
        guard accounts.count > kept else { return }
        let age = { (failures: AccountFailures) in max(failures.last, failures.forgiven) }
        let oldest = accounts.sorted { age($0.value) < age($1.value) }.prefix(accounts.count - kept)
        for (place, _) in oldest { accounts.removeValue(forKey: place) }
    }
}
