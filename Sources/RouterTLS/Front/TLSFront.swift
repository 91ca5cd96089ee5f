package import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Accepts TLS connections and hands each request stream on as plain HTTP/1.1, on one end of a pair of sockets.
///
/// A client that speaks HTTP/1.1 has one pair for its connection, whose bytes pass as they are; one that speaks HTTP/2
/// has a pair for each request. It reads nothing of HTTP/1.1: whoever gets the pair does, and answers on it.
package final class TLSFront: Sendable {
    /// Gets an end that does not block, and the client at its far end; called on an event loop.
    package typealias OnConnection = @Sendable (CInt, SecurePeer) -> Void

    private let group: MultiThreadedEventLoopGroup
    private let socket: FrontSocket
    private let listener: any Channel
    private let roll: ConnectionRoll
    private let gate: FrontGate

    /// Begins to accept connections.
    ///
    /// - Parameters:
    ///   - socket: is closed when the front stops.
    ///   - limits: asked at each connection.
    ///   - threads: how many event loops.
    package init(
        on socket: FrontSocket,
        certificates: CertificateStore,
        limits: @escaping @Sendable () -> FrontLimits = { FrontLimits() },
        admission: any FrontAdmission,
        threads: Int,
        onConnection: @escaping OnConnection
    ) async throws {
        let context = try certificates.makeContext()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let roll = ConnectionRoll()
        let gate = FrontGate()
        let door = FrontDoor(
            context: context,
            limits: limits,
            gate: gate,
            roll: roll,
            admission: admission,
            onConnection: onConnection
        )
        do {
            listener = try await ServerBootstrap(group: group)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(AcceptBackoffHandler(), RollCall(roll))
                    }
                }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark.pair)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try door.open(channel)
                    }
                }
                .withBoundSocket(try socket.duplicate().descriptor)
                .get()
        } catch {
            socket.close()
            try? await group.shutdownGracefully()
            throw error
        }
        self.group = group
        self.socket = socket
        self.roll = roll
        self.gate = gate
    }

    /// The port that connections come to.
    package var port: Int? { listener.localAddress?.port }

    /// The listening socket once more, for a process that is to take it over.
    package func duplicateSocket() throws(IOError) -> FrontSocket { try socket.duplicate() }

    /// Accepts nothing more, and has HTTP/2 connections end once their requests are answered. Those of HTTP/1.1 end with
    /// their pairs. Does nothing the second time.
    package func drain() async {
        guard gate.close() else { return }
        try? await listener.close().get()
        socket.close()
        roll.drain()
    }

    /// Waits, after ``drain()``, until no more pairs are handed on: who was accepted is through the handshake, and
    /// HTTP/2 connections have ended. What has not come so far at the limit is broken off.
    package func settle(within limit: Duration) async {
        await roll.wait(for: .settled, within: limit) { $0.closeUnsettled() }
    }

    /// Waits until the last connection has ended, after ``drain()``, and breaks off what is left at the limit.
    package func stop(within limit: Duration) async {
        await roll.wait(for: .empty, within: limit) { $0.closeAll() }
        try? await group.shutdownGracefully()
    }
}

extension ChannelOptions.Types.WriteBufferWaterMark {
    /// What is kept of one direction, on either side of a pair.
    static let pair = ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 64 * 1024)
}
