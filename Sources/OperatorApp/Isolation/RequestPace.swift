/// Spaces requests out, so that a check never is a load.
actor RequestPace {
    private let interval: Duration
    private var next = ContinuousClock.now

    /// - Parameter perSecond: at least 1.
    init(perSecond: Int) {
        interval = .seconds(1) / perSecond
    }

    /// Waits for one's turn.
    func turn() async throws {
        let turn = max(next, .now)
        next = turn + interval
        try await Task.sleep(until: turn, clock: .continuous)
    }
}
