import HubWeb
import Synchronization
import Throttling

/// The process's limit on what one network does without an account.
final class NetworkThrottle: Sendable {
    private let throttle: Mutex<TokenBuckets<String>>
    private let refusal: String
    private let now: WallClock

    /// - Parameter refusal: what whoever asks too often is told.
    init(rate: TokenBucket.Rate, refusal: String, now: @escaping WallClock) {
        throttle = Mutex(TokenBuckets(rate: rate))
        self.refusal = refusal
        self.now = now
    }

    /// - Parameter address: nil for callers whose address nobody knows, who share one allowance.
    /// - Throws: 429 with the seconds to wait.
    func pass(_ address: String?) throws(WebFailure) {
        let (network, moment) = (ClientNetwork(address).description, now())
        guard let wait = throttle.withLock({ $0.take(network, now: moment) }) else { return }
        throw .tooManyRequests(refusal, retryAfter: Int((wait / .seconds(1)).rounded(.up)))
    }
}
