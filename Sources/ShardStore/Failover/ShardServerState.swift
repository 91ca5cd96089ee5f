package import HubModel

/// What a server of a shard is at a moment.
package struct ShardServerState: Sendable {
    package enum Role: Equatable, Sendable {
        /// It takes writes, unless it is fenced.
        case primary(isFenced: Bool)
        case replica(isReceiving: Bool)
    }

    package let role: Role
    /// Names the cluster: servers with different ones have nothing to do with each other.
    package let system: String
    /// How far a primary's log is flushed, or how much of it a replica has.
    package let place: TimelinePosition
    /// Whether a commit there waits for a replica.
    package let isSynchronous: Bool
}
