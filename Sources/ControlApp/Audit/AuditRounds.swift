import Synchronization

/// When each of a keeper's rarer duties was last done.
final class AuditRounds: Sendable {
    enum Duty: CaseIterable, Sendable {
        case months
        case witnesses
        case transfers
        case cleaning

        var interval: Duration {
            switch self {
            case .months: .seconds(3600)
            case .witnesses: .seconds(2)
            case .transfers: .seconds(1)
            case .cleaning: .seconds(5)
            }
        }
    }

    private let done = Mutex<[Duty: ContinuousClock.Instant]>([:])

    /// Whether a duty is due; then it counts as done.
    func isDue(_ duty: Duty) -> Bool {
        let now = ContinuousClock.now
        return done.withLock { done in
            if let last = done[duty], now - last < duty.interval { return false }
            done[duty] = now
            return true
        }
    }
}
