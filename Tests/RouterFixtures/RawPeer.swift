import HubTesting
package import NIOCore
import NIOPosix
import Synchronization

/// One end of a TCP connection that sends exactly the bytes it is told and keeps exactly the bytes it gets.
package final class RawPeer: ChannelInboundHandler, Sendable {
    package typealias InboundIn = ByteBuffer

    private struct State {
        var received: [UInt8] = []
        var total = 0
        var isClosed = false
        var failure: (any Error)?
        var channel: (any Channel)?
    }

    private let state = Mutex(State())
    private let keepsBytes: Bool
    private let onData: @Sendable (RawPeer) -> Void

    /// - Parameters:
    ///   - keepsBytes: false counts only, for large bodies.
    ///   - onData: told after each piece of data.
    package init(keepsBytes: Bool = true, onData: @escaping @Sendable (RawPeer) -> Void = { _ in }) {
        self.keepsBytes = keepsBytes
        self.onData = onData
    }

    /// Connects to a port of this machine.
    ///
    /// - Parameter dial: how it speaks TLS; nil for plainly.
    package static func connect(
        to port: Int,
        _ dial: SecureDial? = nil,
        keepsBytes: Bool = true,
        reads: Bool = true
    ) async throws -> RawPeer {
        let peer = RawPeer(keepsBytes: keepsBytes)
        _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try dial?.secure(channel)
                    try channel.pipeline.syncOperations.addHandler(peer)
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        return peer
    }

    package var bytes: [UInt8] { state.withLock { $0.received } }
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var byteCount: Int { state.withLock { $0.total } }
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Why the connection broke, if it did: without TLS's farewell it counts as broken.
    package var failure: (any Error)? { state.withLock { $0.failure } }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) {
        guard let channel = state.withLock({ $0.channel }) else { return }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Sends, and tells when the bytes have been taken over by the machine.
    package func send(_ bytes: [UInt8], then: @escaping @Sendable () -> Void) {
        guard let channel = state.withLock({ $0.channel }) else { return }
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenSuccess(then)
    }

    /// Sends and waits until the bytes have been taken over by the machine.
    package func sendAndWait(_ bytes: [UInt8]) async throws {
        guard let channel = state.withLock({ $0.channel }) else { return }
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    package func setReading(_ isOn: Bool) async throws {
        guard let channel = state.withLock({ $0.channel }) else { return }
        try await channel.setOption(.autoRead, value: isOn).get()
        if isOn { channel.read() }
    }

    /// Takes no more bytes for now; to be called where data has just come.
    package func pauseReading() {
        state.withLock { $0.channel }?.setOption(.autoRead, value: false).whenComplete { _ in }
    }

    package func close() { state.withLock { $0.channel }?.close(promise: nil) }

    /// Forgets what was received so far.
    package func clear() { state.withLock { $0.received = [] } }

    /// Forgets the first of what was received.
    package func forget(first count: Int) { state.withLock { $0.received.removeFirst(count) } }

    /// Waits until something has come that satisfies the condition.
    package func receive(
        _ what: String,
        within limit: Duration = .seconds(30),
        _ condition: (String) -> Bool
    ) async throws {
        try await waitFor("\(what); got \(text.prefix(2000))", within: limit) { condition(self.text) }
    }

    /// Waits until the other end has closed.
    package func waitUntilClosed(within limit: Duration = .seconds(30)) async throws {
        try await waitFor("the connection to be closed", within: limit) { self.isClosed }
    }

    // MARK: ChannelInboundHandler

    package func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        state.withLock { $0.channel = channel }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        state.withLock { state in
            state.total += buffer.readableBytes
            if keepsBytes { state.received.append(contentsOf: buffer.readableBytesView) }
        }
        onData(self)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        state.withLock { $0.isClosed = true }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        state.withLock { $0.failure = error }
        context.close(promise: nil)
    }
}
