import HubModel
import HubTesting
import Synchronization

/// What a tenant's people do and are told while something happens to it, and what that shows.
package final class Traffic: Sendable {
    package struct Report: Sendable {
        package var answers = 0
        /// Requests that were not answered as they should have been, by status, `none` for no answer at all.
        package var failures: [String: Int] = [:]
        /// Some of them, in words.
        package var samples: [String] = []
        /// Event streams that broke instead of ending.
        package var brokenStreams: [String] = []
        package var slowest = Duration.zero
        package var violations: [LedgerViolation] = []
        /// When somebody was answered as they should be, and how long that took; nothing unless the traffic is timed.
        package var times: [(at: ContinuousClock.Instant, elapsed: Duration)] = []
        /// How often each client was answered as it should be.
        package var successes: [String: Int] = [:]
    }

    private struct State {
        var ledger = Ledger()
        var report = Report()
        var isOver = false
    }

    private let state = Mutex(State())
    private let isTimed: Bool

    /// - Parameter isTimed: whether the report is to have the time of each answer.
    package init(isTimed: Bool = false) {
        self.isTimed = isTimed
    }

    package var ledger: Ledger { state.withLock { $0.ledger } }
    package var report: Report { state.withLock { $0.report } }
    /// Whether everybody is to go home.
    package var isOver: Bool { state.withLock { $0.isOver } }

    package func end() { state.withLock { $0.isOver = true } }

    /// Changes the ledger or looks into it.
    package func withLedger<Answer>(_ body: (inout Ledger) -> Answer) -> Answer {
        state.withLock { body(&$0.ledger) }
    }

    package func note(_ violation: LedgerViolation?) {
        guard let violation else { return }
        state.withLock { $0.report.violations.append(violation) }
    }

    package func noteSuccess(of client: String, _ elapsed: Duration) {
        state.withLock { state in
            state.report.answers += 1
            if isTimed { state.report.times.append((.now, elapsed)) }
            state.report.slowest = max(state.report.slowest, elapsed)
            state.report.successes[client, default: 0] += 1
        }
    }

    /// - Parameter status: nil when there was no answer.
    package func noteFailure(of client: String, _ request: String, status: Int?, _ text: String) {
        state.withLock { state in
            state.report.failures[status.map(String.init) ?? "none", default: 0] += 1
            if state.report.samples.count < 12 {
                state.report.samples.append(
                    "\(client), \(request): \(status.map { "\($0) " } ?? "")\(text.prefix(160))"
                )
            }
        }
    }

    package func noteBrokenStream(_ text: String) {
        state.withLock { $0.report.brokenStreams.append(text) }
    }

    /// Waits until each client has been answered so many times more, as it should be.
    package func settle(_ clients: [String], answers: Int = 2, within limit: Duration = .seconds(40)) async throws {
        let goals = state.withLock { state in
            clients.map { ($0, state.report.successes[$0, default: 0] + answers) }
        }
        try await waitFor("everybody to be served, after \(report.samples.suffix(3))", within: limit) {
            let successes = self.report.successes
            return goals.allSatisfy { successes[$0.0, default: 0] >= $0.1 }
        }
    }
}
