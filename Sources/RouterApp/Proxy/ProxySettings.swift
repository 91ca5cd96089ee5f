import HubModel
import HubWire
import Throttling

/// Limits and time-outs of one router; the same for all its event loops.
struct ProxySettings: Sendable {
    /// The name of this router, sent to backends.
    var routerName: ProcessName
    /// In lower case; tenants live one label below it.
    var baseDomain: String

    /// Bytes of a request body.
    var requestBodyLimit = 1024 * 1024
    /// Bytes of a request body that are kept for a second attempt.
    var replayLimit = 64 * 1024
    /// Connections to one backend from one event loop, busy and idle.
    var upstreamConnections = 512
    /// Requests of one event loop that may wait for a tenant's move.
    var heldRequests = 1024
    /// Requests of one tenant that one event loop gives the backends of its shard at once, and that wait meanwhile.
    var tenantTurns = TenantTurns.Limits(concurrent: 32, contended: 4, waiting: 1000)

    /// From the first byte of a head to its last.
    var headTimeout: Duration = .seconds(10)
    /// Between two requests of a connection.
    var keepAliveTimeout: Duration = .seconds(75)
    /// Between two pieces of a body, either way, and for a client that does not take its answer.
    var stallTimeout: Duration = .seconds(60)
    var connectTimeout: Duration = .seconds(2)
    /// From the end of the request to the head of the answer.
    var responseTimeout: Duration = .seconds(60)
    /// The same, for the apex host: a process of control that hangs holds nobody up for longer.
    var controlTimeout: Duration = .seconds(15)
    /// How long an unused connection to a backend is kept; shorter than backends keep theirs.
    var upstreamIdleTimeout: Duration = .seconds(30)
    /// How long a request waits for its tenant's move.
    var holdTimeout: Duration = .seconds(10)
    /// How long a request waits for its tenant's turn.
    var turnPatience: Duration = .seconds(10)
    /// How long a request that is not answered keeps others of its tenant waiting: what is slow, slow to arrive or meant
    /// to be so, may not take the turns from what is not.
    var turnLength: Duration = .milliseconds(200)
    /// How long a connection that was told to close may still send.
    var lingerTimeout: Duration = .seconds(2)

    init(routerName: ProcessName, baseDomain: String) {
        self.routerName = routerName
        self.baseDomain = baseDomain
    }
}
