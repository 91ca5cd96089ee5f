import Crypto
import HubModel
package import Logging
package import Metrics
import Observability
import Synchronization
package import Throttling
package import Topology

/// Limits how many passwords can be tried: for one account, from one network, over all processes that share a store.
///
/// Each process counts by itself as well, so a store that is down, slow or emptied never opens the gate; it then closes a
/// little later. A throttled attempt costs no hashing, no database and no row of the audit trail.
package final class LoginThrottle: Sendable {
    private let allowance: LoginAllowance
    private let memory: Mutex<LoginThrottleStateMachine>
    private let store: any LoginFailureStore
    private let throttled: Counter
    private let now: WallClock
    private let logger: Logger

    package init(
        allowance: LoginAllowance,
        store: any LoginFailureStore,
        factory: any MetricsFactory,
        logger: Logger,
        now: @escaping WallClock
    ) {
        self.allowance = allowance
        self.store = store
        self.now = now
        self.logger = logger
        memory = Mutex(LoginThrottleStateMachine(allowance: allowance))
        throttled = Counter(label: "hub_logins_throttled_total", factory: factory)
    }

    /// Tries a password unless too many were wrong lately, and counts it if it is.
    ///
    /// - Parameters:
    ///   - check: looks at the password; what it throws is no verdict and does not count.
    /// - Returns: whether the password is right.
    /// - Throws: 429, also for a right password, when too many wrong ones came before it or beside it.
    package func tryPassword(
        _ attempt: LoginAttempt,
        check: () async throws -> Bool
    ) async throws -> Bool {
        try await take(.look, attempt)
        let isRight = try await check()
        try await take(isRight ? .right : .wrong, attempt)
        return isRight
    }

    // MARK: - Private

    private func take(_ step: LoginStep, _ attempt: LoginAttempt) async throws(WebFailure) {
        let moment = now()
        switch step {
        case .wrong:
            // The process counts first, so that nothing is lost with the store.
            try judge(memory.withLock { $0.take(step, of: attempt, now: moment) })
            try judge(await share(step, attempt, moment))
        case .look, .right:
            // Only the store may know that the account was signed in to from here, or that a right password came too late.
            try judge(await share(step, attempt, moment))
            try judge(memory.withLock { $0.take(step, of: attempt, now: moment) })
        }
    }

    /// - Returns: how long to wait, as far as the store knows.
    private func share(_ step: LoginStep, _ attempt: LoginAttempt, _ moment: Timestamp) async -> Duration? {
        do {
            let (shared, wait) = try await store.take(step, of: attempt, allowance, now: moment)
            memory.withLock { $0.adopt(shared, of: attempt, now: moment) }
            return wait
        } catch {
            logger.debug("login failures are not shared", metadata: .fields([.error: "\(error)"]))
            return nil
        }
    }

    private func judge(_ wait: Duration?) throws(WebFailure) {
        guard let wait else { return }
        throttled.increment()
        throw .tooManyRequests(
            "Too many sign-ins have failed. Wait before you try again.",
            retryAfter: Int((wait / .seconds(1)).rounded(.up))
        )
    }
}

extension LoginAttempt {
    /// - Parameters:
    ///   - host: what the account belongs to: a tenant's id, or the apex host.
    ///   - email: as it was typed; whether there is such a person does not matter.
    ///   - address: the client's address as a router saw it.
    package init(host: String, email: String, address: String?) {
        let name = EmailAddress(email)?.rawValue ?? email.lowercased()
        let digest = SHA256.hash(data: Array("\(host)\n\(name)".utf8))
        self.init(
            account: digest.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
            network: ClientNetwork(address).description
        )
    }
}

extension LoginAllowance {
    package init(_ limits: Limits) {
        self.init(
            accountFailures: limits.loginFailuresPerAccount,
            maximumDelay: .seconds(limits.loginDelaySeconds),
            network: TokenBucket.Rate(quota: limits.loginFailuresPerAddress, window: .seconds(3600))
        )
    }
}
