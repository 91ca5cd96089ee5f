package import HubModel
import HubWire
import Throttling

/// Limits and time-outs of one router; the same for all its event loops.
package struct ProxySettings: Sendable {
    /// The name of this router, sent to backends.
    var routerName: ProcessName
    /// In lower case; tenants live one label below it.
    var baseDomain: String

    /// What TLS changes; nil for a router without.
    package var secure: SecurePolicy?

    /// Of a request's head.
    var headLimits = HeadLimits()
    /// Bytes of a request body.
    var requestBodyLimit = 1024 * 1024
    /// The same, for the apex host.
    var controlBodyLimit = 256 * 1024
    /// The same, where a password is hashed: nobody has signed in yet.
    var passwordBodyLimit = 16 * 1024
    /// Bytes of a request body that are kept for a second attempt.
    var replayLimit = 64 * 1024
    /// Connections to one backend from one event loop, busy and idle.
    var upstreamConnections = 512
    /// Requests of one event loop that may wait for a tenant's move.
    var heldRequests = 1024
    /// Requests of one tenant that one event loop gives the backends of its shard at once, and that wait meanwhile.
    var tenantTurns = TenantTurns.Limits(concurrent: 32, contended: 4, waiting: 1000)

    /// Requests of one tenant through one event loop; nil for any.
    var tenantRate: TokenBucket.Rate?
    /// Connections of clients to the router, over all event loops.
    var clientConnections = 20_000
    /// The same, from one address.
    var clientConnectionsPerAddress = 4096
    /// Bytes that one event loop keeps of requests that have not all come or cannot be forwarded yet.
    var unreadLimit = 64 * 1024 * 1024
    /// What must pass of a body or an answer while only the client is waited for.
    var transferRate = TransferWatch.Rate(bytes: 256 * 30, window: .seconds(30))

    /// From the first byte of a head to its last.
    package var headTimeout: Duration = .seconds(10)
    /// Between two requests of a connection.
    package var keepAliveTimeout: Duration = .seconds(75)
    /// Between two pieces of a body, either way, and for a client that does not take its answer.
    package var stallTimeout: Duration = .seconds(60)
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
    package var lingerTimeout: Duration = .seconds(2)

    package init(routerName: ProcessName, baseDomain: String) {
        self.routerName = routerName
        self.baseDomain = baseDomain
    }
}
