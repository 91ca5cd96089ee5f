/// How many wrong passwords are borne, and what is done about more.
package struct LoginAllowance: Hashable, Sendable {
    /// Wrong passwords in a row that cost an account nothing.
    package var accountFailures: Int
    /// The wait after them; each further wrong password doubles it.
    package var firstDelay: Duration
    /// The longest wait: nobody is locked out for longer than this by what others do.
    package var maximumDelay: Duration
    /// The time after which an account's wrong passwords are forgotten.
    package var memory: Duration
    /// The wrong passwords of one network, for whatever accounts.
    package var network: TokenBucket.Rate
    /// How long a network from which somebody signed in to an account is known to it.
    package var familiarity: Duration

    package init(
        accountFailures: Int = 5,
        firstDelay: Duration = .seconds(1),
        maximumDelay: Duration = .seconds(900),
        memory: Duration = .seconds(86_400),
        network: TokenBucket.Rate = TokenBucket.Rate(quota: 100, window: .seconds(3600)),
        familiarity: Duration = .seconds(30 * 86_400)
    ) {
        self.accountFailures = accountFailures
        self.firstDelay = firstDelay
        self.maximumDelay = maximumDelay
        self.memory = memory
        self.network = network
        self.familiarity = familiarity
    }

    /// The wait after so many wrong passwords in a row.
    package func delay(after failures: Int) -> Duration {
        guard failures >= accountFailures else { return .zero }
        let doublings = min(failures - accountFailures, 30)
        return min(firstDelay * (1 << doublings), maximumDelay)
    }
}
