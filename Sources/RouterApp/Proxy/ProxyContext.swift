package import HubModel
package import HubWire
package import Observability
package import Placement

/// What the event loops of a router share; all of it is safe to use from any thread.
package struct ProxyContext: Sendable {
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
    let connections = ConnectionLedger()
    /// Of requests that share a connection with others.
    let streams = ConnectionLedger()

    /// - Parameters: see the properties.
    package init(
        signer: RequestSigner,
        verifier: SignatureVerifier,
        controls: [BackendAddress],
        health: BackendHealthRegistry,
        accessLog: LogWriter?,
        requestRefresh: @escaping @Sendable () -> Void,
        urlOfTenant: @escaping @Sendable (Subdomain) -> String,
        readiness: @escaping @Sendable () -> Readiness,
        process: ProcessName
    ) {
        self.signer = signer
        self.verifier = verifier
        self.controls = controls
        self.health = health
        self.accessLog = accessLog
        self.requestRefresh = requestRefresh
        self.urlOfTenant = urlOfTenant
        self.readiness = readiness
        self.process = process
    }
}

/// A picture of one event loop, for gauges.
struct LoopStatistics: Sendable {
    let clients: Int
    let held: Int
    /// Bytes.
    let unread: Int
    /// For their tenant's turn.
    let waiting: Int
    let inFlight: Int
    let pools: [(backend: String, busy: Int, idle: Int)]
}
