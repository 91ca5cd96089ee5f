import HubModel

/// What a failover has made of a shard.
struct FailoverOutcome: Report {
    let shard: ShardID
    /// Where it takes writes now.
    let primary: String
    let timeline: UInt32
    let replicas: [String]
    /// Servers that were the primary, or did not answer.
    let replaced: [String]
    /// Whether the old primary answered, so that nothing was lost.
    let wasPlanned: Bool
    /// Whether commits wait for nobody any more, since no replica is left.
    let lostSynchronous: Bool
    let promotion: Duration

    private enum CodingKeys: String, CodingKey {
        case shard, primary, timeline, replicas, replaced, planned, synchronousReplicationEnded, promotionMilliseconds
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(shard, forKey: .shard)
        try container.encode(primary, forKey: .primary)
        try container.encode(timeline, forKey: .timeline)
        try container.encode(replicas, forKey: .replicas)
        try container.encode(replaced, forKey: .replaced)
        try container.encode(wasPlanned, forKey: .planned)
        try container.encode(lostSynchronous, forKey: .synchronousReplicationEnded)
        try container.encode(milliseconds, forKey: .promotionMilliseconds)
    }

    func text(for stream: TextStream) -> String {
        var lines = [
            "\(shard) takes writes at \(primary), timeline \(timeline), promoted in \(milliseconds) ms",
            replicas.isEmpty ? "no replica follows it" : "replicas: \(replicas.joined(separator: ", "))",
        ]
        if lostSynchronous {
            lines.append(
                "commits wait for no replica any more, since none is left; when one follows again: "
                    + "ALTER SYSTEM RESET synchronous_standby_names"
            )
        }
        lines += replaced.map { "\($0) was replaced: nobody writes there; make it a replica of \(primary) again" }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Private

    private var milliseconds: Int { Int(promotion / .milliseconds(1)) }
}
