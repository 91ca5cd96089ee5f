import Glibc
import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2
import NIOPosix

/// One request of HTTP/2 and its answer: gives the request away as HTTP/1.1 on a pair of its own, and what comes back to
/// the stream, each side no faster than the other takes it.
///
/// It is confined to the event loop of its connection.
final class StreamExchange: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum State {
        /// Waits for the request's head.
        case head
        /// The pair is being made; what came meanwhile.
        case connecting(TranslatedRequest, early: [HTTP2Frame.FramePayload])
        case open(any Channel)
        case ended
    }

    private let stream: any Channel
    private let address: SocketAddress?
    private let door: FrontDoor
    private var state = State.head
    private var isAdmitted = false
    private var body = BodyTally(expected: nil)
    private var isRequestWhole = false
    /// The last frame of the answer, which may yet turn out to be its last.
    private var pending: HTTP2Frame.FramePayload?
    private var patience: Scheduled<Void>?

    init(_ stream: any Channel, from address: SocketAddress?, door: FrontDoor) {
        self.stream = stream
        self.address = address
        self.door = door
    }

    // MARK: Events of the stream

    func handlerAdded(context: ChannelHandlerContext) { if stream.isActive { stream.read() } }

    func channelActive(context: ChannelHandlerContext) { stream.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let payload = unwrapInboundIn(data)
        switch state {
        case .head:
            if case .headers(let headers) = payload { begin(headers) }
        case .connecting(let request, var early):
            early.append(payload)
            state = .connecting(request, early: early)
        case .open(let pair):
            forward(payload, to: pair)
        case .ended:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .head:
            stream.read()
        case .open(let pair):
            pair.flush()
            if pair.isWritable { stream.read() }
        case .connecting, .ended:
            break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .open(let pair) = state, stream.isWritable { pair.read() }
    }

    func channelInactive(context: ChannelHandlerContext) { streamEnded() }

    func handlerRemoved(context: ChannelHandlerContext) { streamEnded() }

    /// The stream is being reset by whoever found the error: to reset it once more would be an error of the connection.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { giveUp() }

    // MARK: Events of the pair

    func received(_ part: HTTPClientResponsePart) {
        guard case .open = state else { return }
        switch part {
        case .head(let head):
            sendPending()
            pending = .headers(HTTP2Frame.FramePayload.Headers(headers: HPACKHeaders(answer: head)))
        case .body(let bytes):
            sendPending()
            pending = .data(HTTP2Frame.FramePayload.Data(data: .byteBuffer(bytes)))
        case .end:
            finish()
        }
    }

    func receivedAll() {
        guard case .open(let pair) = state else { return }
        sendPending()
        stream.flush()
        if stream.isWritable { pair.read() }
    }

    func pairWritabilityChanged() {
        if case .open(let pair) = state, pair.isWritable { stream.read() }
    }

    /// The pair has ended before the answer has: it must not look complete.
    func pairEnded() {
        guard case .open = state else { return }
        reset(.internalError)
    }

    // MARK: - Private

    private func begin(_ headers: HTTP2Frame.FramePayload.Headers) {
        guard door.admission.admitStream(from: address) else { return reset(.refusedStream) }
        isAdmitted = true
        do throws(MalformedRequest) {
            let request = try TranslatedRequest(headers.headers, isWhole: headers.endStream)
            body = BodyTally(expected: request.length)
            isRequestWhole = headers.endStream
            state = .connecting(request, early: [])
            connect()
        } catch {
            reset(.protocolError)
        }
    }

    private func connect() {
        do {
            let ends = try SocketPair()
            let bound = NIOLoopBound(self, eventLoop: stream.eventLoop)
            ClientBootstrap(group: stream.eventLoop)
                .channelOption(.autoRead, value: false)
                .channelOption(.writeBufferWaterMark, value: .pair)
                .channelInitializer { pair in
                    pair.eventLoop.makeCompletedFuture {
                        try pair.pipeline.syncOperations.addHandlers(
                            RequestWriter(),
                            ByteToMessageHandler(HTTPResponseDecoder(informationalResponseStrategy: .forward)),
                            PairEnd(of: bound.value)
                        )
                    }
                }
                .withConnectedSocket(ends.near)
                .whenComplete { result in bound.value.connected(result, far: ends.far) }
        } catch {
            reset(.refusedStream)
        }
    }

    private func connected(_ result: Result<any Channel, any Error>, far: CInt) {
        guard case .connecting(let request, let early) = state, case .success(let pair) = result else {
            Glibc.close(far)
            if case .success(let pair) = result { pair.close(promise: nil) }
            return reset(.refusedStream)
        }
        state = .open(pair)
        door.onConnection(far, SecurePeer(address: address))
        pair.write(HTTPClientRequestPart.head(request.head), promise: nil)
        if isRequestWhole { pair.write(HTTPClientRequestPart.end(nil), promise: nil) }
        for payload in early { forward(payload, to: pair) }
        pair.flush()
        pair.read()
        stream.read()
    }

    private func forward(_ payload: HTTP2Frame.FramePayload, to pair: any Channel) {
        guard !isRequestWhole else { return }
        switch payload {
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data else { return }
            guard body.take(bytes.readableBytes) else { return reset(.protocolError) }
            if bytes.readableBytes > 0 { pair.write(HTTPClientRequestPart.body(.byteBuffer(bytes)), promise: nil) }
            if data.endStream { endRequest(to: pair) }
        case .headers(let trailers):
            // What may be in trailers is nothing that anybody here reads (RFC 9110 section 6.5.1 lets them be dropped).
            guard trailers.endStream else { return reset(.protocolError) }
            endRequest(to: pair)
        case .rstStream, .windowUpdate, .priority, .settings, .pushPromise, .ping, .goAway, .alternativeService,
            .origin:
            break
        }
    }

    private func endRequest(to pair: any Channel) {
        guard body.isComplete else { return reset(.protocolError) }
        isRequestWhole = true
        pair.write(HTTPClientRequestPart.end(nil), promise: nil)
    }

    private func sendPending(_ promise: EventLoopPromise<Void>? = nil) {
        guard let payload = pending else { return }
        pending = nil
        stream.write(payload, promise: promise)
    }

    private func finish() {
        guard case .open(let pair) = state else { return }
        state = .ended
        switch pending {
        case .headers(var headers):
            headers.endStream = true
            pending = .headers(headers)
        case .data(var data):
            data.endStream = true
            pending = .data(data)
        default:
            pending = .data(HTTP2Frame.FramePayload.Data(data: .byteBuffer(ByteBuffer()), endStream: true))
        }
        let stream = stream
        let sent = stream.eventLoop.makePromise(of: Void.self)
        if !isRequestWhole {
            // The rest of the request is of no use to anybody (RFC 9113 section 8.1). Sooner it would overtake the answer.
            sent.futureResult.whenSuccess {
                stream.writeAndFlush(HTTP2Frame.FramePayload.rstStream(.noError), promise: nil)
            }
        }
        sendPending(sent)
        stream.flush()
        pair.close(promise: nil)
        patience = stream.eventLoop.scheduleTask(in: TimeAmount(door.limits().stall)) { stream.close(promise: nil) }
    }

    /// Ends the stream so that the client sees that it has failed.
    private func reset(_ code: HTTP2ErrorCode) {
        if case .open(let pair) = state { pair.close(promise: nil) }
        if case .ended = state { return }
        state = .ended
        pending = nil
        stream.writeAndFlush(HTTP2Frame.FramePayload.rstStream(code), promise: nil)
    }

    private func giveUp() {
        if case .open(let pair) = state { pair.close(promise: nil) }
        state = .ended
        pending = nil
    }

    private func streamEnded() {
        giveUp()
        patience?.cancel()
        guard isAdmitted else { return }
        isAdmitted = false
        door.admission.streamEnded(from: address)
    }
}

/// The near end of a pair, in its pipeline.
private final class PairEnd: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let exchange: StreamExchange

    init(of exchange: StreamExchange) {
        self.exchange = exchange
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { exchange.received(unwrapInboundIn(data)) }

    func channelReadComplete(context: ChannelHandlerContext) { exchange.receivedAll() }

    func channelWritabilityChanged(context: ChannelHandlerContext) { exchange.pairWritabilityChanged() }

    func channelInactive(context: ChannelHandlerContext) { exchange.pairEnded() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        exchange.pairEnded()
        context.close(promise: nil)
    }
}
