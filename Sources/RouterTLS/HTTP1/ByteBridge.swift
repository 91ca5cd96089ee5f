import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Passes the bytes of one client on to its pair and back, each side no faster than the other takes them.
///
/// It is confined to the event loop of both channels. Neither channel reads by itself: a side is read when the other has
/// room, so that what waits here is bounded by what one read brings.
final class ByteBridge {
    enum Side {
        case client
        case pair
    }

    private enum State {
        case open
        /// The last answer has been sent; what the client still sends is dropped until it closes too.
        case lingering
        case closed
    }

    private let peer: SecurePeer
    private let limits: FrontLimits
    private let client: any Channel
    private let pair: any Channel
    private var state = State.open

    /// Bridges a channel to a new pair, and gives the pair's far end away.
    static func build(
        to client: any Channel,
        peer: SecurePeer,
        limits: FrontLimits,
        onConnection: @escaping TLSFront.OnConnection
    ) -> EventLoopFuture<Void> {
        let loop = client.eventLoop
        do {
            let ends = try SocketPair()
            return ClientBootstrap(group: loop)
                .channelOption(.autoRead, value: false)
                .channelOption(.writeBufferWaterMark, value: .pair)
                .withConnectedSocket(ends.near)
                .flatMapThrowing { pair in
                    guard client.isActive else {
                        pair.close(promise: nil)
                        Glibc.close(ends.far)
                        return
                    }
                    let bridge = ByteBridge(client: client, pair: pair, peer: peer, limits: limits)
                    try pair.pipeline.syncOperations.addHandler(BridgeEnd(.pair, of: bridge))
                    try client.syncOptions?.setOption(.autoRead, value: false)
                    try client.pipeline.syncOperations.addHandler(BridgeEnd(.client, of: bridge))
                    onConnection(ends.far, peer)
                    client.read()
                    pair.read()
                }
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    private init(client: any Channel, pair: any Channel, peer: SecurePeer, limits: FrontLimits) {
        self.client = client
        self.pair = pair
        self.peer = peer
        self.limits = limits
    }

    // MARK: Events of the sides

    func received(_ bytes: ByteBuffer, from side: Side) {
        guard case .open = state else { return }
        other(than: side).write(bytes, promise: nil)
    }

    func receivedAll(from side: Side) {
        switch state {
        case .open:
            let other = other(than: side)
            other.flush()
            if other.isWritable { channel(side).read() }
        case .lingering:
            if side == .client { client.read() }
        case .closed:
            break
        }
    }

    func writabilityChanged(of side: Side) {
        guard case .open = state, channel(side).isWritable else { return }
        other(than: side).read()
    }

    func ended(_ side: Side) {
        switch side {
        case .client:
            state = .closed
            pair.close(promise: nil)
        case .pair:
            guard case .open = state else { return }
            if peer.isCutShort { reset() } else { finish() }
        }
    }

    func failed(_ side: Side) {
        switch side {
        case .client: reset()
        case .pair: pair.close(promise: nil)
        }
    }

    // MARK: - Private

    private func channel(_ side: Side) -> any Channel { side == .client ? client : pair }

    private func other(than side: Side) -> any Channel { side == .client ? pair : client }

    /// Sends what there is and says that it is all; closing at once could reset the connection before the client has read
    /// it (RFC 9112 section 9.6).
    private func finish() {
        state = .lingering
        client.flush()
        closeClient(after: limits.stall)
        client.close(mode: .output).hop(to: client.eventLoop).assumeIsolated().whenComplete { _ in
            self.closeClient(after: self.limits.linger)
        }
        client.read()
    }

    private func closeClient(after limit: Duration) {
        let client = client
        let patience = client.eventLoop.scheduleTask(in: TimeAmount(limit)) { ByteBridge.cut(client) }
        client.closeFuture.whenComplete { _ in patience.cancel() }
    }

    /// Breaks the connection off without the alert that would say that the answer is complete.
    private func reset() {
        state = .closed
        pair.close(promise: nil)
        if let socket = client as? any SocketOptionProvider {
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
        }
        ByteBridge.cut(client)
    }

    /// Closes below TLS.
    private static func cut(_ channel: any Channel) {
        let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        guard let context else { return channel.close(promise: nil) }
        context.close(promise: nil)
    }
}

/// One side of a ``ByteBridge``, in that side's pipeline.
final class BridgeEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let side: ByteBridge.Side
    private var bridge: ByteBridge?

    init(_ side: ByteBridge.Side, of bridge: ByteBridge) {
        self.side = side
        self.bridge = bridge
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bridge?.received(unwrapInboundIn(data), from: side)
    }

    func channelReadComplete(context: ChannelHandlerContext) { bridge?.receivedAll(from: side) }

    func channelWritabilityChanged(context: ChannelHandlerContext) { bridge?.writabilityChanged(of: side) }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { bridge?.failed(side) }

    // MARK: - Private

    private func end() {
        let ended = bridge
        bridge = nil
        ended?.ended(side)
    }
}
