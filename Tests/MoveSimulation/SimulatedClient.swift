import HubModel
import Moving

/// Somebody who writes or reads, one request after another, through one router.
struct SimulatedClient: Hashable {
    enum Phase: Hashable {
        case idle
        /// In a router, which lets it go at an epoch higher than that at which it was refused.
        case held(after: Epoch?)
        /// On its way to a backend of the shard.
        case sent(MoveSide, Epoch)
        /// A reader that did not find everything in the cache, and is about to ask the database.
        case missed(MoveSide, Epoch)
        /// A reader with what the database said, about to fill.
        case read(MoveSide, Epoch, version: Int)
        /// About to be told: the version written or read.
        case answered(version: Int)
    }

    let isWriter: Bool
    let router: Int
    var key = 0
    /// What had been acknowledged for the key when a read began.
    var floor = 0
    var phase = Phase.idle
}
