import Caching

extension MonotonicTime {
    /// `CLOCK_BOOTTIME`, which `ContinuousClock` reads on Linux.
    static var now: MonotonicTime {
        MonotonicTime(microseconds: Int64(MonotonicTime.origin.duration(to: .now) / .microseconds(1)))
    }

    // MARK: - Private

    private static let origin = ContinuousClock.now
}
