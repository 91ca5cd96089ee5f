/// How patient a mover is.
package struct MoveTiming: Hashable, Sendable {
    /// From the freeze to the commit, at most.
    package var pauseBudget: Duration
    /// So many aborts in a row, and the switch is given up until an operator asks again.
    package var abortLimit: Int32
    /// The first wait after a failure; it doubles with each that follows.
    package var firstBackoff: Duration
    package var longestBackoff: Duration
    /// The longest while people wait.
    package var longestUrgentBackoff: Duration

    package init(
        pauseBudget: Duration = .seconds(1),
        abortLimit: Int32 = 3,
        firstBackoff: Duration = .milliseconds(50),
        longestBackoff: Duration = .seconds(30),
        longestUrgentBackoff: Duration = .milliseconds(500)
    ) {
        self.pauseBudget = pauseBudget
        self.abortLimit = abortLimit
        self.firstBackoff = firstBackoff
        self.longestBackoff = longestBackoff
        self.longestUrgentBackoff = longestUrgentBackoff
    }

    /// The wait before a step is tried again.
    ///
    /// - Parameter failures: how often it has failed in a row, at least once.
    package func backoff(after failures: Int, isUrgent: Bool) -> Duration {
        let longest = isUrgent ? longestUrgentBackoff : longestBackoff
        return min(longest, firstBackoff * (1 << min(failures - 1, 16)))
    }
}
