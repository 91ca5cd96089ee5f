import Directory
import HubModel
import HubWire
import Moving

/// Asks all routers what they held for a move's switches, and notes it in the journal.
struct HoldCensus: Sendable {
    let directory: DirectoryStore
    let routers: RouterClient

    /// How long routers are given to let go what they hold, and how often they are asked.
    private static let patience = Duration.seconds(2)
    private static let interval = Duration.milliseconds(100)

    /// Notes what was held for the switches of a move; what cannot be had is not known, and holds nobody up.
    ///
    /// - Parameter pause: waits, and says whether to go on.
    func take(of record: MoveRecord, pause: (Duration) async -> Bool) async {
        guard !routers.names.isEmpty else { return }
        guard let made = try? await directory.switches(of: [record.id])[record.id] else { return }
        for epoch in made.map(\.epoch) {
            guard let (start, elapsed) = try? await directory.holdSpan(of: record.id, upTo: epoch) else { continue }
            var answers = await routers.holds(of: record.tenant, after: start, upTo: epoch)
            let deadline = ContinuousClock.now + HoldCensus.patience
            while answers.values.contains(where: { $0.waiting > 0 }), .now < deadline,
                await pause(HoldCensus.interval)
            {
                answers = await routers.holds(of: record.tenant, after: start, upTo: epoch)
            }
            let requests = HeldRequests(
                routers.names.map { name in (name, answers[name].flatMap { HeldRequests.Count($0, since: elapsed) }) }
            )
            try? await directory.noteHolds(of: record.id, epoch: epoch, requests)
        }
    }
}

extension HeldRequests.Count {
    /// - Parameter elapsed: since the first request can have been held.
    /// - Returns: nil when the router cannot know all of it.
    init?(_ answer: InternalHolds, since elapsed: Duration) {
        guard !answer.isForgetful, .milliseconds(answer.countedMilliseconds) >= elapsed else { return nil }
        self.init(held: answer.held, late: answer.late, longest: .microseconds(answer.longestMicroseconds))
    }
}
