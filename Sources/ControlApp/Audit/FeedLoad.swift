import HubModel

/// Whether a shard writes so much that the stream of its audit trail had better rest in between.
struct FeedLoad {
    /// How long a stream rests. A server starts a stream at most once in `wal_retrieve_retry_interval`, 5 s by default.
    static let rest = Duration.seconds(5)
    /// Bytes of log a second, some 150 writes: fewer cost too little for anybody to wait.
    private static let busy = 512.0 * 1024

    private var last: (position: LogPosition, time: ContinuousClock.Instant)?

    /// - Parameter position: where the shard's log ends now.
    mutating func isBusy(at position: LogPosition, _ now: ContinuousClock.Instant = .now) -> Bool {
        defer { last = (position, now) }
        guard let last, now > last.time else { return false }
        return Double(position.distance(from: last.position)) / ((now - last.time) / .seconds(1)) > Self.busy
    }
}
