import NIOCore
import NIOHTTP2

/// Ends one HTTP/2 connection when it is idle, stalled, broken or told to drain.
final class HTTP2Connection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private enum State {
        case serving
        /// It is to end, which the client is told with its first request: who has just connected has one on the way.
        case expecting
        /// The client was told which requests are answered. What it had sent besides is refused, so that it may safely try
        /// that again elsewhere (RFC 9113 section 8.7), until it is known to have read that.
        case leaving
        /// It ends with the last answer.
        case draining
        case ended
    }

    private let limits: FrontLimits
    private var context: ChannelHandlerContext?
    private var state = State.serving
    private var streams = 0
    private var lastStream = HTTP2StreamID.rootStream
    /// When what the client does not do ends its turn: it asks nothing, or does not tell that it has read.
    private var idle: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    /// Speaks HTTP/2 on a channel whose handshake is done.
    static func configure(_ channel: any Channel, door: FrontDoor) throws {
        let address = channel.remoteAddress
        let limits = door.limits()
        let connection = HTTP2Connection(limits: limits, state: door.gate.isOpen ? .serving : .expecting)
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: connectionConfiguration(limits),
            streamConfiguration: streamConfiguration,
            streamDelegate: StreamWatch(of: connection, on: channel.eventLoop)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let exchange = StreamExchange(stream, from: address, door: door)
                try stream.syncOptions?.setOption(.autoRead, value: false)
                try stream.pipeline.syncOperations.addHandler(exchange)
            }
        }
        try channel.pipeline.syncOperations.addHandler(connection)
    }

    private init(limits: FrontLimits, state: State) {
        self.limits = limits
        self.state = state
    }

    // MARK: Events of the streams

    func streamCreated(_ id: HTTP2StreamID) {
        streams += 1
        lastStream = max(lastStream, id)
        switch state {
        case .serving: idle?.cancel()
        case .expecting: afterThis { $0.announce($1) }
        case .leaving, .draining, .ended: break
        }
    }

    func streamClosed() {
        streams -= 1
        guard streams == 0, let context else { return }
        switch state {
        case .serving: waitForRequest(context)
        case .draining: afterThis { $0.sayGoodbye($1) }
        case .expecting, .leaving, .ended: break
        }
    }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        waitForRequest(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .ping(HTTP2Connection.farewell, ack: true) = unwrapInboundIn(data).payload { settle(context) }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { drain(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        if !context.channel.isWritable { stall = close(context, after: limits.stall) }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Who sends what no client sends by mistake loses the connection: an error of a stream may be treated as one of the
        // connection (RFC 9113 section 5.4.2), and the library does not tell them apart. What we tried in vain on a stream
        // that has ended is nobody's fault.
        guard !(error is NIOHTTP2Errors.StreamError) else { return }
        context.flush()
        context.close(promise: nil)
    }

    // MARK: - Private

    private static func connectionConfiguration(_ limits: FrontLimits) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerListSize),
        ]
        configuration.maximumBufferedControlFrames = 1000
        return configuration
    }

    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.outboundBufferSizeHighWatermark = 64 * 1024
        configuration.outboundBufferSizeLowWatermark = 32 * 1024
        return configuration
    }

    /// What the client gives back once it has read that the connection ends.
    private static let farewell = HTTP2PingData(withInteger: 0x6865_6164_2068_6f6d)

    private func waitForRequest(_ context: ChannelHandlerContext) {
        if case .expecting = state {
            wait(limits.linger, context) { $0.announce($1) }
        } else {
            wait(limits.idle, context) { $0.drain($1) }
        }
    }

    private func drain(_ context: ChannelHandlerContext) {
        guard case .serving = state else { return }
        guard lastStream == .rootStream else { return announce(context) }
        state = .expecting
        waitForRequest(context)
    }

    /// Tells the client that the connection ends, and asks it to tell when it has read that: a connection that is closed
    /// under what the client sends may lose what the client has not read.
    private func announce(_ context: ChannelHandlerContext) {
        switch state {
        case .serving, .expecting: state = .leaving
        case .leaving, .draining, .ended: return
        }
        wait(limits.linger, context) { $0.settle($1) }
        context.write(wrapOutboundOut(goAway), promise: nil)
        let ping = HTTP2Frame(streamID: .rootStream, payload: .ping(HTTP2Connection.farewell, ack: false))
        context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
    }

    private func settle(_ context: ChannelHandlerContext) {
        guard case .leaving = state else { return }
        state = .draining
        idle?.cancel()
        if streams == 0 { sayGoodbye(context) }
    }

    /// Closes once the client has been sent everything.
    private func sayGoodbye(_ context: ChannelHandlerContext) {
        guard case .draining = state else { return }
        state = .ended
        stall?.cancel()
        stall = close(context, after: limits.stall)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(goAway)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    /// Streams above the last one that was begun may be tried again elsewhere (RFC 9113 section 6.8).
    private var goAway: HTTP2Frame {
        HTTP2Frame(
            streamID: .rootStream,
            payload: .goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil)
        )
    }

    /// Not from within what the library is doing with a stream.
    private func afterThis(_ step: @escaping @Sendable (HTTP2Connection, ChannelHandlerContext) -> Void) {
        guard let context else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute { step(bound.value.0, bound.value.1) }
    }

    private func wait(
        _ limit: Duration,
        _ context: ChannelHandlerContext,
        then step: @escaping @Sendable (HTTP2Connection, ChannelHandlerContext) -> Void
    ) {
        idle?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        idle = context.eventLoop.scheduleTask(in: TimeAmount(limit)) { step(bound.value.0, bound.value.1) }
    }

    private func close(_ context: ChannelHandlerContext, after limit: Duration) -> Scheduled<Void> {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: TimeAmount(limit)) { bound.value.close(promise: nil) }
    }

    private func end() {
        state = .ended
        context = nil
        idle?.cancel()
        stall?.cancel()
    }
}

/// Tells a connection of its streams.
private final class StreamWatch: NIOHTTP2StreamDelegate {
    private let connection: NIOLoopBound<HTTP2Connection>

    init(of connection: HTTP2Connection, on loop: any EventLoop) {
        self.connection = NIOLoopBound(connection, eventLoop: loop)
    }

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { connection.value.streamCreated(id) }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { connection.value.streamClosed() }
}
