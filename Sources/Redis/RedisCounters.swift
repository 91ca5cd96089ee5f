import Synchronization

/// What the connections of a client count while they work; any thread may read.
final class RedisCounters: Sendable {
    let commands = Atomic<Int>(0)
    let replies = Atomic<Int>(0)
    let errorReplies = Atomic<Int>(0)
    let pending = Atomic<Int>(0)
    let timeouts = Atomic<Int>(0)
    let cancellations = Atomic<Int>(0)
    let refusals = Atomic<Int>(0)
    let connectionsOpened = Atomic<Int>(0)
    let connectionsLost = Atomic<Int>(0)
    let attemptsFailed = Atomic<Int>(0)
    let bytesSent = Atomic<Int>(0)
    let bytesReceived = Atomic<Int>(0)

    /// The values now, each exact, though not all of the same instant.
    func snapshot() -> RedisStatistics {
        RedisStatistics(
            commands: commands.load(ordering: .relaxed),
            replies: replies.load(ordering: .relaxed),
            errorReplies: errorReplies.load(ordering: .relaxed),
            pending: pending.load(ordering: .relaxed),
            timeouts: timeouts.load(ordering: .relaxed),
            cancellations: cancellations.load(ordering: .relaxed),
            refusals: refusals.load(ordering: .relaxed),
            connectionsOpened: connectionsOpened.load(ordering: .relaxed),
            connectionsLost: connectionsLost.load(ordering: .relaxed),
            attemptsFailed: attemptsFailed.load(ordering: .relaxed),
            bytesSent: bytesSent.load(ordering: .relaxed),
            bytesReceived: bytesReceived.load(ordering: .relaxed)
        )
    }
}

extension Atomic where Value == Int {
    /// Adds to a counter on which nothing else depends.
    func count(_ amount: Int = 1) {
        wrappingAdd(amount, ordering: .relaxed)
    }
}
