import AppFixtures
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveTrial {
    /// Waits until everybody is served.
    func settle() async throws {
        try await traffic.settle(people.writers.map { "writer \($0)" } + people.readers.map { "reader \($0)" })
        try await neighbourTraffic.settle(["writer 9", "reader 9"])
    }

    /// The same trial, run by another operator.
    func by(_ admin: MoveOperator) -> MoveTrial {
        var trial = self
        trial.admin = admin
        return trial
    }

    /// Waits until a move has come to a place where its mover waits.
    ///
    /// - Parameter wish: what is asked for again when the move gave it up.
    func wait(_ move: MoveID, at stop: MoverStop, asking wish: String) async throws {
        try await waitFor("the mover to come to \(stop.place)", within: .seconds(45)) {
            if stop.isReached { return true }
            try await insist(wish, move)
            return stop.isReached
        }
    }

    /// Waits until a move rests in a state.
    @discardableResult
    func wait(_ move: MoveID, for state: String, asking wish: String) async throws -> MoveView {
        var last: MoveView?
        do {
            try await waitFor("the move to be \(state)", within: .seconds(45)) {
                last = await admin.view(move) ?? last
                if let last, last.state == state, last.wish == nil { return true }
                try await insist(wish, move)
                return false
            }
        } catch let error as WaitTimeout {
            throw ChildFailure("\(error); it is \(last.map { "\($0)" } ?? "unknown")")
        }
        return try #require(last)
    }

    // MARK: - Private

    /// Asks again for what a move gave up, as an operator would.
    private func insist(_ wish: String, _ move: MoveID) async throws {
        try await Task.sleep(for: .milliseconds(20))
        guard let view = await admin.view(move), view.isAtRest else { return }
        if view.state == "failed", wish != "resume" { throw ChildFailure("the move has failed: \(view.reason ?? "-")") }
        let isGivenUp =
            (view.state == "verified" && wish == "switch") || (view.state == "switched" && wish == "reverse")
            || view.state == "failed"
        if isGivenUp { try await admin.wish(wish, of: move) }
    }
}
