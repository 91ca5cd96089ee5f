import HubModel
import Observability
import Topology

/// The listening sockets of a router: from its predecessor, where that has them, else its own.
struct RouterSockets: Sendable {
    let requests: ListeningSocket
    let admin: ListeningSocket
    /// Of TLS; nil for a router without.
    let secure: ListeningSocket?
    /// Who is told to retire once this process serves.
    let predecessor: Predecessor?

    var all: [ListeningSocket] { [requests, admin] + [secure].compactMap(\.self) }

    /// - Parameter predecessor: nil when none runs, or none shall be looked for.
    /// - Throws: ``ListenError`` when an endpoint is not to be had.
    init(of process: ProcessDescription, from predecessor: Predecessor?) throws(ListenError) {
        let key = "routers.\(process.name)"
        self.predecessor = predecessor
        let given = predecessor?.sockets ?? []
        requests = try RouterSockets.take("\(key).listen", process.listen, for: "requests", from: given)
        admin = try RouterSockets.take("\(key).admin", process.admin, for: AdminServer.purpose, from: given)
        secure = try process.tls.map { tls throws(ListenError) in
            try RouterSockets.take("\(key).tls.listen", tls.listen, for: "TLS", from: given)
        }
        // What the topology does not name any more ends with the predecessor.
        for socket in given where !all.contains(socket) { socket.close() }
    }

    // MARK: - Private

    private static func take(
        _ key: String,
        _ endpoint: Endpoint,
        for purpose: String,
        from given: [ListeningSocket]
    ) throws(ListenError) -> ListeningSocket {
        if let socket = given.first(where: { $0.key == key && $0.endpoint == endpoint }) { return socket }
        return try ListeningSocket(listeningAt: endpoint, key: key, purpose: purpose)
    }
}
