import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Takes each new connection through its handshake, to the protocol that the client chose.
struct FrontDoor: Sendable {
    /// Why a connection is not served.
    enum Refusal: Error {
        case full
    }

    let context: NIOSSLContext
    /// As they are now: a connection keeps those it began with.
    let limits: @Sendable () -> FrontLimits
    let gate: FrontGate
    let roll: ConnectionRoll
    let admission: any FrontAdmission
    let onConnection: TLSFront.OnConnection

    /// What clients may choose from, best first (RFC 7301).
    static let protocols = ["h2", "http/1.1"]

    /// Begins the handshake.
    ///
    /// - Throws: when there are too many connections; the channel is then to be closed.
    func open(_ channel: any Channel) throws {
        let address = channel.remoteAddress
        guard admission.admitConnection(from: address) else { throw Refusal.full }
        channel.closeFuture.whenComplete { [admission] _ in admission.connectionEnded(from: address) }
        let patience = channel.eventLoop.scheduleTask(in: TimeAmount(limits().handshake)) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in patience.cancel() }
        let negotiation = ApplicationProtocolNegotiationHandler { result, channel in
            patience.cancel()
            switch result {
            case .negotiated("h2"): return serveHTTP2(channel)
            case .negotiated, .fallback: return serveHTTP1(channel)
            }
        }
        try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: context), negotiation)
    }

    // MARK: - Private

    private func serveHTTP1(_ channel: any Channel) -> EventLoopFuture<Void> {
        let peer = SecurePeer(address: channel.remoteAddress)
        return ByteBridge.build(to: channel, peer: peer, limits: limits(), onConnection: onConnection)
            .map { roll.settle(channel) }
            .flatMapError { error in
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(error)
            }
    }

    private func serveHTTP2(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try HTTP2Connection.configure(channel, door: self)
        }
    }
}
