import Metrics
import NIOCore
import Observability
package import RouterTLS
import Synchronization
package import Topology

/// Has a router serve TLS and HTTP/2 besides, on an endpoint of its own.
package struct SecureServing: Sendable {
    private let endpoint: Endpoint
    private let key: String
    private let certificates: CertificateStore
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - endpoint: where clients connect; port 0 for any free one.
    ///   - key: the key of the topology that says where, for the message when the port is taken.
    ///   - onListening: told the port once connections are accepted.
    package init(
        endpoint: Endpoint,
        key: String,
        certificates: CertificateStore,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.endpoint = endpoint
        self.key = key
        self.certificates = certificates
        self.onListening = onListening
    }

    /// Begins to accept connections, for all loops in turn.
    ///
    /// - Parameters:
    ///   - socket: that listens already; nil for a new one.
    ///   - settings: as they are now; asked at each connection and each request of HTTP/2.
    /// - Throws: ``ListenError`` when the endpoint is not to be had.
    func open(
        on socket: ListeningSocket?,
        for loops: [ReactorBound<ProxyLoop>],
        settings: @escaping @Sendable () -> ProxySettings,
        context: ProxyContext
    ) async throws -> TLSFront {
        let socket = try socket ?? ListeningSocket(listeningAt: endpoint, key: key, purpose: "TLS")
        let accepted = Turns()
        let front = try await TLSFront(
            on: FrontSocket(descriptor: socket.descriptor),
            certificates: certificates,
            limits: { settings().frontLimits },
            admission: LedgerAdmission(settings: settings, context: context),
            threads: loops.count
        ) { descriptor, peer in
            loops[accepted.next(of: loops.count)].execute { $0.accept(descriptor, from: peer.address, secure: peer) }
        }
        onListening(front.port ?? endpoint.port)
        return front
    }

    // MARK: - Private

    /// Whose turn it is.
    private final class Turns: Sendable {
        private let count = Atomic(0)

        func next(of all: Int) -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue % all }
    }
}

/// Counts the connections of TLS clients as those of others are counted, and their requests in a ledger of their own.
private struct LedgerAdmission: FrontAdmission {
    private let settings: @Sendable () -> ProxySettings
    private let connections: ConnectionLedger
    private let streams: ConnectionLedger

    init(settings: @escaping @Sendable () -> ProxySettings, context: ProxyContext) {
        self.settings = settings
        connections = context.connections
        streams = context.streams
    }

    func admitConnection(from address: SocketAddress?) -> Bool { admit(address, to: connections) }

    func connectionEnded(from address: SocketAddress?) { connections.leave(ClientNetwork(address)) }

    func admitStream(from address: SocketAddress?) -> Bool { admit(address, to: streams) }

    func streamEnded(from address: SocketAddress?) { streams.leave(ClientNetwork(address)) }

    // MARK: - Private

    private func admit(_ address: SocketAddress?, to ledger: ConnectionLedger) -> Bool {
        let network = ClientNetwork(address)
        let settings = settings()
        let (most, mostOfNetwork) = (settings.clientConnections, settings.clientConnectionsPerAddress)
        let reason: RequestMetrics.Protection
        switch ledger.enter(network, most: most, mostOfNetwork: mostOfNetwork) {
        case .admitted: return true
        case .networkIsFull: reason = .address
        case .routerIsFull: reason = .full
        }
        ledger.leave(network)
        Counter(label: "hub_router_protections_total", dimensions: [("reason", reason.rawValue)]).increment()
        return false
    }
}

extension ProxySettings {
    /// The limits of plain connections, for those over TLS.
    fileprivate var frontLimits: FrontLimits {
        var limits = FrontLimits()
        limits.handshake = headTimeout
        limits.idle = keepAliveTimeout
        limits.stall = stallTimeout
        limits.linger = lingerTimeout
        limits.headBytes = headLimits.headBytes
        limits.fields = headLimits.fields
        return limits
    }
}
