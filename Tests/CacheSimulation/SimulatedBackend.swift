import Caching

/// A backend: clients that read and write through it, its lease on the gate, its connections.
final class SimulatedBackend {
    let index: Int
    /// How fast its clock runs, and where it began.
    let rate: Double
    let origin: Int64
    let redisLink = Link()
    let postgresLink = Link()
    /// The connection on which it reads the gate's row, its own, so that no slow query holds up a renewal.
    let gateLink = Link()

    /// Rises when the process is killed: what the former one had planned does not happen.
    var incarnation = 0
    var isUp = true
    var suspendedUntil: Int64 = 0
    var suspendedInAll: Int64 = 0

    var lease: GateLeaseStateMachine
    /// The server its connection leads to.
    var connectedTo: RunID
    var reachesRedis = true
    var isOpening = false
    /// Transactions of the process that have not ended as far as it knows.
    var transactions: [SimulatedPostgres.Transaction] = []

    init(index: Int, rate: Double, origin: Int64, lease: GateLeaseStateMachine, connectedTo: RunID) {
        self.index = index
        self.rate = rate
        self.origin = origin
        self.lease = lease
        self.connectedTo = connectedTo
    }

    var actor: (backend: Int, incarnation: Int) { (index, incarnation) }
}
