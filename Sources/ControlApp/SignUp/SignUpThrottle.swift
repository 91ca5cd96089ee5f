import HubWeb
import Synchronization
import Throttling

/// The process's limit on sign-ups from one network.
final class SignUpThrottle: Sendable {
    private let throttle: Mutex<TokenBuckets<String>>
    private let now: WallClock

    init(rate: TokenBucket.Rate, now: @escaping WallClock) {
        throttle = Mutex(TokenBuckets(rate: rate))
        self.now = now
    }

    /// - Parameter address: nil for callers whose address nobody knows, who share one allowance.
    /// - Throws: 429 with the seconds to wait.
    func pass(_ address: String?) throws(WebFailure) {
        let (network, moment) = (ClientNetwork(address).description, now())
        guard let wait = throttle.withLock({ $0.take(network, now: moment) }) else { return }
        throw .tooManyRequests(
            "Too many workspaces have been made from your address. Try again later.",
            retryAfter: Int((wait / .seconds(1)).rounded(.up))
        )
    }
}
