import Caching

/// How soon a backend tries again to open the gate after an attempt that failed: each holds writers up for a moment.
struct OpeningBackoff: Sendable {
    private static let first = Duration.seconds(1)
    private static let longest = Duration.seconds(30)

    private var failures = 0
    private var notBefore: MonotonicTime?

    func allow(_ now: MonotonicTime) -> Bool {
        notBefore.map { $0 <= now } ?? true
    }

    mutating func note(_ isOpen: Bool, at now: MonotonicTime) {
        guard !isOpen else {
            self = OpeningBackoff()
            return
        }
        notBefore = now + min(OpeningBackoff.first * (1 << min(failures, 5)), OpeningBackoff.longest)
        failures += 1
    }
}
