import HubModel
import Observability
import Throttling

/// The time as one turn of a reactor sees it. A turn serves what dozens of sockets have ready, and reading two clocks for
/// each request would cost more than they are worth being exact: nothing that needs to be is measured with it.
struct Present {
    let wall: Timestamp
    /// By ``Neighbours/now()``.
    let moment: Int

    init() {
        wall = .now()
        moment = Neighbours.now()
    }
}
