import HubModel
import HubWire
import Observability
import Placement

/// What the event loops of a router share; all of it is safe to use from any thread.
struct ProxyContext: Sendable {
    let signer: RequestSigner
    /// Of what control asks.
    let verifier: SignatureVerifier
    let controls: [BackendAddress]
    let health: BackendHealthRegistry
    let accessLog: LogWriter?
    /// Asks the feed to look at the directory now; may be called often.
    let requestRefresh: @Sendable () -> Void
    /// The address for people of a tenant's host.
    let urlOfTenant: @Sendable (Subdomain) -> String
    /// The answer to `/ready` on the machine's own address.
    let readiness: @Sendable () -> Readiness
    let process: ProcessName
    let neighbours = NeighbourRegistry()
    let holds = HoldBoard()
}

/// A picture of one event loop, for gauges.
struct LoopStatistics: Sendable {
    let clients: Int
    let held: Int
    /// For their tenant's turn.
    let waiting: Int
    let inFlight: Int
    let pools: [(backend: String, busy: Int, idle: Int)]
}
