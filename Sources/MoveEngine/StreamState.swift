package import HubModel

/// A stream at this moment.
package struct StreamState: Sendable {
    package enum Subscription: Hashable, Sendable {
        /// There is none.
        case absent
        /// It is enabled; its worker runs, or is about to.
        case enabled(isApplying: Bool)
        /// It was disabled by a mover.
        case disabled
        /// Its worker has met an error and will not go on by itself: the sentence says where the reason is.
        case stopped(String)
    }

    package let subscription: Subscription
    /// How many bytes of the source's log the target has not confirmed, other tenants' included; nil without a slot.
    package let lag: Int?
    /// Up to where the target has made changes durable; nil without a slot.
    package let confirmed: LogPosition?
    /// Whether the source has thrown away log that the slot needs, or has no slot any more, as after a failover: then the copy
    /// must be made again.
    package let isLost: Bool
}
