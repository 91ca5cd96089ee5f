import NIOCore

/// One connection to a backend: sends a request at a time and reads its answer, strictly.
///
/// It is confined to its event loop. While nobody uses it, any byte that comes makes it unusable.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case idle
        case head(Exchange)
        case body(Exchange, BodyDecoder, keepsAlive: Bool)
        case closed
    }

    let pool: UpstreamPool
    /// The backend's ``BackendHealth/generation`` when the connection was made.
    let generation: Int
    private unowned let loop: ProxyLoop
    /// When an idle connection is closed.
    var idleUntil = Tick()
    /// Whether it has served a request before the present one.
    private(set) var isReused = false
    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var parser = HeadParser<StatusLine>(limits: HeadLimits())
    private var inbound = ByteBuffer()
    private var outbound: OutboundBuffer
    private var isReadPending = false
    private var isRequestSent = false
    private var informationalCount = 0

    private static let informationalLimit = 16

    init(pool: UpstreamPool, loop: ProxyLoop) {
        self.pool = pool
        self.loop = loop
        generation = pool.health.generation
        outbound = OutboundBuffer(allocator: ByteBufferAllocator())
    }

    // MARK: For the exchange

    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Begins a request: what follows is the answer to this one.
    func begin(_ exchange: Exchange, head: (inout ByteBuffer) -> Void) {
        state = .head(exchange)
        isRequestSent = false
        informationalCount = 0
        outbound.append(head)
    }

    func sendBody(_ piece: ByteBuffer, framing: BodyFraming) {
        guard let context else { return }
        if framing == .chunked {
            outbound.appendChunk(piece, to: context)
        } else {
            outbound.append(piece, to: context)
        }
    }

    func endRequest(framing: BodyFraming) {
        if framing == .chunked { outbound.appendLastChunk() }
        isRequestSent = true
    }

    func flush() {
        guard let context else { return }
        if outbound.write(to: context) { context.flush() }
    }

    /// Drops the answer of the present request, of which only the head has been told. The connection is kept when the
    /// whole answer is here already, as short ones are.
    func discard() {
        guard case .body(_, var decoder, let keepsAlive) = state else { return close() }
        do throws(ProtocolViolation) {
            while try decoder.next(from: &inbound) != nil {}
        } catch {
            return close()
        }
        guard decoder.isComplete else { return close() }
        release(keepsAlive: keepsAlive)
    }

    /// Reads on, after the client took what there was.
    func resumeReading() {
        guard isReadPending, let context, mayRead else { return }
        isReadPending = false
        context.read()
    }

    /// Closes without telling the exchange.
    func close() {
        switch state {
        case .closed: return
        case .idle: pool.forgetIdle(self)
        case .head, .body: pool.forget()
        }
        state = .closed
        context?.close(promise: nil)
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        if inbound.readableBytes == 0 {
            inbound = piece
        } else {
            inbound.writeBuffer(&piece)
        }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .head(let exchange), .body(let exchange, _, _): exchange.flushClient()
        case .idle, .closed: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        switch state {
        case .head(let exchange), .body(let exchange, _, _): exchange.upstreamWritabilityChanged()
        case .idle, .closed: break
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead {
            context.read()
        } else {
            isReadPending = true
        }
    }

    func channelInactive(context: ChannelHandlerContext) { ended(cleanly: true) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ended(cleanly: false)
        context.close(promise: nil)
    }

    // MARK: - Private

    private var mayRead: Bool {
        switch state {
        case .body(let exchange, _, _): exchange.isClientWritable
        case .idle, .head, .closed: true
        }
    }

    private func process() {
        do throws(ProtocolViolation) {
            while try step() {}
        } catch {
            fail(.badAnswer)
        }
    }

    /// - Returns: whether there may be more to do with what has come.
    private func step() throws(ProtocolViolation) -> Bool {
        switch state {
        case .closed:
            inbound.clear()
            return false
        case .idle:
            // An answer to nothing.
            if inbound.readableBytes > 0 { close() }
            return false
        case .head(let exchange):
            return try readHead(for: exchange)
        case .body(let exchange, var decoder, let keepsAlive):
            let piece = try decoder.next(from: &inbound)
            state = .body(exchange, decoder, keepsAlive: keepsAlive)
            if let piece { exchange.received(body: piece) }
            // The exchange may have given the connection up.
            guard case .body = state else { return true }
            if decoder.isComplete { finish(exchange, keepsAlive: keepsAlive) }
            return piece != nil
        }
    }

    private func readHead(for exchange: Exchange) throws(ProtocolViolation) -> Bool {
        let received = inbound
        guard let length = try parser.parse(received.readableBytesSpan) else { return false }
        guard let bytes = inbound.readSlice(length: length) else { return false }
        let head = try ResponseHead(&parser, bytes: bytes, answering: exchange.method)
        parser.reset()
        if head.isInformational {
            informationalCount += 1
            // 101 was never asked for: Upgrade is not forwarded.
            guard head.status != 101, informationalCount <= UpstreamConnection.informationalLimit else {
                throw ProtocolViolation(.badRequest, "an informational answer that nobody asked for")
            }
            exchange.received(informational: head)
            return true
        }
        state = .body(exchange, BodyDecoder(head.framing), keepsAlive: head.keepsAlive)
        exchange.received(head: head)
        guard case .body(_, let decoder, _) = state else { return true }
        if decoder.isComplete {
            finish(exchange, keepsAlive: head.keepsAlive)
            return false
        }
        return inbound.readableBytes > 0
    }

    private func finish(_ exchange: Exchange, keepsAlive: Bool) {
        release(keepsAlive: keepsAlive)
        exchange.receivedEnd()
    }

    /// The answer is complete: another request may follow when both sides are in step.
    private func release(keepsAlive: Bool) {
        guard keepsAlive, isRequestSent, inbound.readableBytes == 0 else { return close() }
        isReused = true
        state = .idle
        pool.putBack(self)
        resumeReading()
    }

    /// - Parameter cleanly: the backend closed the connection; otherwise it broke.
    private func ended(cleanly: Bool) {
        switch state {
        case .closed:
            return
        case .idle:
            close()
        case .head(let exchange):
            let sawBytes = parser.hasBegun || informationalCount > 0
            close()
            // One that was idle before may have been closed for that; otherwise the process is in trouble, and its other
            // connections may be about to go the same way.
            pool.health.connectionBroke()
            exchange.failed(sawBytes ? .lost : .unanswered, health: isReused ? nil : pool.health)
        case .body(let exchange, let decoder, _):
            close()
            if cleanly, decoder.mayEndWithConnection {
                exchange.receivedEnd()
            } else {
                exchange.failed(.lost, health: pool.health)
            }
        }
    }

    private func fail(_ failure: RetryPolicy.Failure) {
        switch state {
        case .head(let exchange), .body(let exchange, _, _):
            close()
            exchange.failed(failure, health: pool.health)
        case .idle, .closed:
            close()
        }
    }
}
