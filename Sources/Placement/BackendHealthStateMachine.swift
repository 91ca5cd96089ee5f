/// Decides whether one backend gets requests, from probes (active) and from what requests met (passive).
///
/// A backend that cannot be reached is ejected at once and comes back with the first probe that succeeds. One that can
/// be reached but keeps failing requests is ejected for a time that doubles with each relapse; then it is half open:
/// one trial request decides. Pure: time is handed in.
package struct BackendHealthStateMachine: Sendable {
    package struct Configuration: Sendable {
        /// Failed probes in a row that eject.
        package var probeFailures = 2
        /// Failed requests in a row that eject.
        package var requestFailures = 5
        package var firstEjection: Duration = .seconds(1)
        package var longestEjection: Duration = .seconds(30)

        package init() {}
    }

    /// What met a request; a failure of the tenant's own making (an answer of any status) is none.
    package enum Failure: Sendable {
        /// The connection was refused or not made in time: no process listens.
        case unreachable
        /// The connection broke, or no answer came in time.
        case broken
    }

    package enum Availability: Equatable, Sendable {
        /// Give it requests.
        case available
        /// Half open, and its one trial is free: give it a request, once.
        case trial
        /// Ejected, although probes reach it: better than no backend at all.
        case lastResort
        case unavailable
    }

    /// What changed for the rest of the router; for the log and the gauges.
    package enum Action: Equatable, Sendable {
        case none
        case ejected(until: ContinuousClock.Instant?)
        case restored
    }

    private enum State {
        case healthy(failedRequests: Int, failedProbes: Int)
        /// No process answers; only a probe leads out.
        case unreachable
        case ejected(until: ContinuousClock.Instant)
        case halfOpen(trialTaken: Bool)
    }

    private let configuration: Configuration
    private var state: State = .healthy(failedRequests: 0, failedProbes: 0)
    /// Ejections that followed closely on one another; the exponent of the next one's length.
    private var relapses = 0
    private var lastEjectionEnd: ContinuousClock.Instant?

    package init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Whether a success would change anything; lets a caller skip reporting each of them.
    package var awaitsSuccess: Bool {
        if case .healthy(failedRequests: 0, failedProbes: 0) = state { return false }
        return true
    }

    package func availability(now: ContinuousClock.Instant) -> Availability {
        switch state {
        case .healthy: .available
        case .unreachable: .unavailable
        case .ejected(let until): now < until ? .lastResort : .trial
        case .halfOpen(let trialTaken): trialTaken ? .lastResort : .trial
        }
    }

    /// A request was given to the backend; takes the trial when there is one.
    package mutating func requestStarted(now: ContinuousClock.Instant) {
        switch state {
        case .ejected(let until) where now >= until: state = .halfOpen(trialTaken: true)
        case .halfOpen: state = .halfOpen(trialTaken: true)
        case .healthy, .unreachable, .ejected: break
        }
    }

    package mutating func requestSucceeded() -> Action {
        switch state {
        case .healthy(_, let failedProbes):
            state = .healthy(failedRequests: 0, failedProbes: failedProbes)
            return .none
        case .halfOpen, .unreachable:
            state = .healthy(failedRequests: 0, failedProbes: 0)
            return .restored
        case .ejected:
            // It was in flight when the others failed: no sign of recovery.
            return .none
        }
    }

    package mutating func requestFailed(_ failure: Failure, now: ContinuousClock.Instant) -> Action {
        switch (state, failure) {
        case (.unreachable, _):
            return .none
        case (_, .unreachable):
            state = .unreachable
            return .ejected(until: nil)
        case (.healthy(let failed, let failedProbes), .broken):
            guard failed + 1 >= configuration.requestFailures else {
                state = .healthy(failedRequests: failed + 1, failedProbes: failedProbes)
                return .none
            }
            return eject(now: now)
        case (.halfOpen, .broken):
            return eject(now: now)
        case (.ejected, .broken):
            return .none
        }
    }

    package mutating func probeSucceeded(now: ContinuousClock.Instant) -> Action {
        switch state {
        case .healthy(let failedRequests, _):
            state = .healthy(failedRequests: failedRequests, failedProbes: 0)
            return .none
        case .unreachable:
            state = .healthy(failedRequests: 0, failedProbes: 0)
            return .restored
        case .ejected(let until):
            if now >= until { state = .halfOpen(trialTaken: false) }
            return .none
        case .halfOpen:
            // A trial that never reported back (its client went away) must not keep the backend out for ever.
            state = .halfOpen(trialTaken: false)
            return .none
        }
    }

    package mutating func probeFailed(_ failure: Failure) -> Action {
        switch (state, failure) {
        case (.unreachable, _):
            return .none
        case (.healthy(let failedRequests, let failed), .broken) where failed + 1 < configuration.probeFailures:
            state = .healthy(failedRequests: failedRequests, failedProbes: failed + 1)
            return .none
        case (.healthy, _), (.ejected, _), (.halfOpen, _):
            state = .unreachable
            return .ejected(until: nil)
        }
    }

    // MARK: - Private

    private mutating func eject(now: ContinuousClock.Instant) -> Action {
        if let lastEjectionEnd, now - lastEjectionEnd > configuration.longestEjection { relapses = 0 }
        let length = min(configuration.firstEjection * (1 << min(relapses, 16)), configuration.longestEjection)
        relapses += 1
        let until = now.advanced(by: length)
        lastEjectionEnd = until
        state = .ejected(until: until)
        return .ejected(until: until)
    }
}
