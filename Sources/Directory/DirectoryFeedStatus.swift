/// How fresh a router's snapshot of the directory is.
package struct DirectoryFeedStatus: Sendable {
    package enum State: Hashable, Sendable {
        /// The directory has not been reached yet.
        case connecting
        case following
        /// The directory cannot be reached; why.
        case offline(String)
        /// The directory is reached, and what it says is not believed; why.
        case refused(String)
    }

    package let state: State
    /// The version in use; nil while there is none.
    package let version: Int64?
    package let tenants: Int
    /// When the directory was last looked at.
    package let lastContact: ContinuousClock.Instant?

    /// Time since the directory was last looked at; nil before the first time.
    package var age: Duration? { lastContact.map { .now - $0 } }

    package var isOffline: Bool {
        if case .offline = state { return true }
        return false
    }
}
