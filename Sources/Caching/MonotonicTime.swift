/// A moment on a process's own clock, which never goes back and counts the time a machine is suspended
/// (`CLOCK_BOOTTIME`); moments of two processes cannot be compared.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Microseconds since a moment that only the clock knows.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.microseconds < right.microseconds }

    package static func + (left: MonotonicTime, right: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = right.components
        return MonotonicTime(microseconds: left.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    package static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}
