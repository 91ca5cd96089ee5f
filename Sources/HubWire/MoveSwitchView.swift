package import HubModel

/// A committed switch of a move, and what people felt of it.
package struct MoveSwitchView: Codable, Hashable, Sendable {
    /// `forward` or `reverse`.
    package let direction: String
    package let committedAt: Timestamp
    /// The one that it made.
    package let epoch: Epoch
    /// From the freeze to the release; null when the process that measured it was lost.
    @Nullable package var pauseMilliseconds: Double?
    /// How many requests waited in routers, those for attempts that were undone included; null when no router knows.
    @Nullable package var heldRequests: Int64?
    /// How many of them were answered after 250 ms, or with 503.
    @Nullable package var lateRequests: Int64?
    @Nullable package var longestHoldMilliseconds: Double?
    /// What these held is not known: they were out of reach, or started since.
    package let silentRouters: [String]

    package init(
        direction: String,
        committedAt: Timestamp,
        epoch: Epoch,
        pauseMilliseconds: Double?,
        heldRequests: Int64?,
        lateRequests: Int64?,
        longestHoldMilliseconds: Double?,
        silentRouters: [String]
    ) {
        self.direction = direction
        self.committedAt = committedAt
        self.epoch = epoch
        self.pauseMilliseconds = pauseMilliseconds
        self.heldRequests = heldRequests
        self.lateRequests = lateRequests
        self.longestHoldMilliseconds = longestHoldMilliseconds
        self.silentRouters = silentRouters
    }
}
