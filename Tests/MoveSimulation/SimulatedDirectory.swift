import HubModel
import Moving

/// The directory: the tenant's row and the move's.
struct SimulatedDirectory: Hashable {
    /// What a router's snapshot has of the tenant.
    struct Placement: Hashable {
        var serving: MoveSide
        var epoch: Epoch
        var isHeld: Bool
    }

    var isUp = true
    var tenant: Placement
    var move: MoveRecord
}
