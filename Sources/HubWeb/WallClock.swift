package import HubModel

/// The time of day, handed in so that tests decide it; outside them, `Timestamp.now`.
package typealias WallClock = @Sendable () -> Timestamp
