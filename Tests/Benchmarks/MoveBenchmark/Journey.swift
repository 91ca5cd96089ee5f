import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad
import WebClients

/// One move of a tenant from its plan to its completion, and when what happened.
struct Journey: Sendable {
    let target: String
    /// Of the copy; the time includes slots and cutting.
    private(set) var rows: Int64 = 0
    private(set) var copying = Duration.zero
    /// Of the whole move.
    private(set) var whole = Duration.zero
    /// From the freeze to the release, by the mover's clock, in milliseconds.
    private(set) var pause = 0.0
    /// When the switch had not begun yet, and when it was seen to be over.
    private(set) var switching = (from: ContinuousClock.now, to: ContinuousClock.now)
    /// How often a switch was undone and tried again.
    private(set) var aborts = 0

    /// Moves a tenant, and comes back when nothing of it is left at its source.
    init(of tenant: TrialTenant, to target: String, budget: Int, on hub: LocalHub) async throws {
        self.target = target
        guard let shard = ShardID(target) else { throw ChildFailure("'\(target)' names no shard") }
        let start = ContinuousClock.now
        let begun = try await hub.apex.post(
            "/api/moves",
            CreateMoveRequest(
                tenant: "\(tenant.id)",
                target: shard,
                switch: true,
                pauseBudgetMilliseconds: budget
            )
        )
        guard let move = try? begun.decode(CreateMoveAnswer.self).move else { throw ChildFailure(begun.text) }
        var last = move
        var looked = start
        while true {
            try await Task.sleep(for: .milliseconds(100))
            let now = ContinuousClock.now
            let view = try await hub.get("/api/moves/\(move.id)", as: MoveView.self)
            if last.state == "copying", view.state != "copying" {
                copying = now - start
                rows = view.progress.rows
            }
            aborts = max(aborts, view.aborts)
            if view.state == "switched" {
                if last.state != "switched" { switching = (looked, .now) }
                if view.wish == nil { try await complete(move.id, hub) }
            }
            if view.state == "completed" {
                pause = view.progress.pauseMilliseconds ?? .nan
                break
            }
            if view.isAtRest, view.state != "switched" {
                throw ChildFailure("the move to \(target) is \(view.state): \(view.reason ?? "-")")
            }
            // An aborted switch is part of what people felt.
            if view.state != "switching", view.state != "switched", view.aborts == last.aborts { looked = now }
            last = view
        }
        whole = .now - start
    }

    // MARK: - Private

    private func complete(_ move: MoveID, _ hub: LocalHub) async throws {
        let answer = try await hub.apex.send("POST", "/api/moves/\(move)/complete")
        guard answer.status == 200 else { throw ChildFailure(answer.text) }
    }
}
