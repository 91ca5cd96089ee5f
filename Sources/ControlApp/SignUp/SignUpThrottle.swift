import HubWeb
import Synchronization

/// The process's limit on sign-ups from one address.
final class SignUpThrottle: Sendable {
    private let throttle: Mutex<AddressThrottle>
    private let now: WallClock

    init(_ throttle: AddressThrottle, now: @escaping WallClock) {
        self.throttle = Mutex(throttle)
        self.now = now
    }

    /// - Parameter address: nil for callers whose address nobody knows, who share one allowance.
    /// - Throws: 429 with the seconds to wait.
    func pass(_ address: String?) throws(WebFailure) {
        let moment = now()
        guard let wait = throttle.withLock({ $0.take(address ?? "", now: moment) }) else { return }
        throw .tooManyRequests(
            "Too many workspaces have been made from your address. Try again later.",
            retryAfter: Int((wait / .seconds(1)).rounded(.up))
        )
    }
}
