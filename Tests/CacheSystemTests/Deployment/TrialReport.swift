/// What came of a trial.
struct TrialReport: Sendable {
    let violations: [HistoryViolation]
    /// Requests that were not answered as they should have been, but for ``orphans`` and ``overdue``.
    let failures: [Chronicle.Failure]
    /// Requests that a dying backend left without an answer, or that were sent to it and met its successor too early.
    let orphans: [Chronicle.Failure]
    /// Requests that were refused by a backend because it had been suspended while they waited in it.
    let overdue: [Chronicle.Failure]
    let reads: Int
    let writes: Int
    /// The longest that an answer took.
    let slowest: Duration
    let slowestRequest: String

    init(_ chronicle: Chronicle, _ backends: [BackendProcess]) {
        let history = chronicle.history
        violations = HistoryChecker.violations(in: history)
        reads = history.readings.count
        writes = history.acknowledgedWrites
        (slowest, slowestRequest) = chronicle.slowest
        let byName = Dictionary(uniqueKeysWithValues: backends.map { ($0.name, $0) })
        var (orphans, overdue, failures): ([Chronicle.Failure], [Chronicle.Failure], [Chronicle.Failure]) = ([], [], [])
        for failure in chronicle.failures {
            let backend = byName[failure.backend]
            let death = backend?.death(ofStart: failure.start)
            // A client tries to connect for half a second: sent to a dead backend, a request may reach the next start of it,
            // before that is ready.
            if death != nil, failure.status == nil || failure.status == 503 {
                orphans.append(failure)
            } else if failure.status == 503, backend?.wasSuspended(between: failure.begun, and: failure.ended) == true {
                overdue.append(failure)
            } else {
                failures.append(failure)
            }
        }
        (self.orphans, self.overdue, self.failures) = (orphans, overdue, failures)
    }
}

extension TrialReport: CustomStringConvertible {
    var description: String {
        let milliseconds = Int(slowest / .milliseconds(1))
        var text = "\(reads) reads and \(writes) writes, slowest \(milliseconds) ms (\(slowestRequest))"
        if !orphans.isEmpty { text += ", \(orphans.count) left by a dead backend" }
        if !overdue.isEmpty { text += ", \(overdue.count) refused by a suspended backend" }
        return text
    }
}
