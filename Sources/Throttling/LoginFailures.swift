package import HubModel

/// What is remembered of an attempt's account and network, and what follows from it.
///
/// A network from which the account was signed in to before has a count of its own. So whoever tries passwords from
/// elsewhere, however often and from however many addresses, does not keep the person out who sits where they always
/// sit.
///
/// The verdict on a password is subject to the state at the moment it is given, not only at the moment the password
/// came: of a thousand passwords tried at once, no more verdicts are told than of a thousand tried one by one.
package struct LoginFailures: Hashable, Sendable {
    /// The account's, of networks it does not know.
    package private(set) var strangers: AccountFailures
    /// The account's, of this network; nil when the account does not know it.
    package private(set) var familiar: AccountFailures?
    package private(set) var network: TokenBucket

    package init(
        strangers: AccountFailures = AccountFailures(),
        familiar: AccountFailures? = nil,
        network: TokenBucket = TokenBucket()
    ) {
        self.strangers = strangers
        self.familiar = familiar
        self.network = network
    }

    /// Takes a step of an attempt.
    ///
    /// - Returns: nil when it was taken; else how long to wait, and nothing has changed: what is refused does not count.
    package mutating func take(_ step: LoginStep, _ allowance: LoginAllowance, now: Timestamp) -> Duration? {
        let waits = [
            (familiar ?? strangers).wait(allowance, now: now), network.wait(at: allowance.network, now: now),
        ]
        if let wait = waits.compactMap(\.self).max() { return wait }
        switch step {
        case .look:
            break
        case .wrong:
            network.take(at: allowance.network, now: now)
            if familiar == nil {
                strangers.fail(allowance, now: now)
            } else {
                familiar?.fail(allowance, now: now)
            }
        case .right:
            if familiar == nil { strangers.forgive(now: now) }
            familiar = AccountFailures(forgiven: now)
        }
        return nil
    }

    /// What two observers know together.
    package mutating func merge(_ other: LoginFailures) {
        strangers.merge(other.strangers)
        network.merge(other.network)
        guard let theirs = other.familiar else { return }
        familiar =
            familiar.map { ours in
                var ours = ours
                ours.merge(theirs)
                return ours
            } ?? theirs
    }
}
