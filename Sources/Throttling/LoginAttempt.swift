/// Whose password is tried, and from where.
package struct LoginAttempt: Hashable, Sendable {
    /// The account by a digest: of tenant and email, whether there is such a person or not.
    package let account: String
    /// The client's network: an IPv4 address or the first half of an IPv6 address.
    package let network: String

    package init(account: String, network: String) {
        self.account = account
        self.network = network
    }
}

/// A point in the course of an attempt.
package enum LoginStep: String, Hashable, Sendable, CaseIterable {
    /// Before the password is looked at.
    case look
    /// The password was wrong.
    case wrong
    /// The password was right.
    case right
}
