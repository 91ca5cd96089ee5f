import NIOCore

/// One connection to a backend: sends a request at a time and reads its answer, strictly.
///
/// It is confined to its reactor. While nobody uses it, any byte that comes makes it unusable.
final class UpstreamConnection: StreamSocketOwner {
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
    private let socket: StreamSocket
    private var parser = HeadParser<StatusLine>(limits: HeadLimits())
    private var inbound = ByteBuffer()
    private let outbound: OutboundBuffer
    private var isRequestSent = false
    private var informationalCount = 0

    private static let informationalLimit = 16

    init(_ socket: StreamSocket, pool: UpstreamPool, loop: ProxyLoop) {
        self.socket = socket
        self.pool = pool
        self.loop = loop
        generation = pool.health.generation
        outbound = OutboundBuffer(of: loop.buffers)
    }

    // MARK: For the exchange

    var isWritable: Bool { socket.isWritable }

    /// Begins a request: what follows is the answer to this one.
    func begin(_ exchange: Exchange, head: (inout ByteBuffer) -> Void) {
        state = .head(exchange)
        isRequestSent = false
        informationalCount = 0
        outbound.append(head)
    }

    func sendBody(_ piece: ByteBuffer, framing: BodyFraming) {
        if framing == .chunked {
            outbound.appendChunk(piece, to: socket)
        } else {
            outbound.append(piece, to: socket)
        }
    }

    func endRequest(framing: BodyFraming) {
        if framing == .chunked { outbound.appendLastChunk() }
        isRequestSent = true
    }

    func flush() { outbound.flush(to: socket) }

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
        if mayRead { socket.resumeReading() }
    }

    /// Closes without telling the exchange.
    func close() {
        switch state {
        case .closed: return
        case .idle: pool.forgetIdle(self)
        case .head, .body: pool.forget()
        }
        state = .closed
        socket.close()
    }

    // MARK: Events of the socket

    var mayRead: Bool {
        switch state {
        case .body(let exchange, _, _): exchange.isClientWritable
        case .idle, .head, .closed: true
        }
    }

    /// The rest of the answer may be there.
    var endsWithPeer: Bool { false }

    /// An answer is passed on at once, but for a head or a chunk's frame that has not all come.
    var keepsPieces: Bool { false }

    func received(_ piece: ByteBuffer) {
        if inbound.readableBytes == 0 {
            inbound = piece
        } else {
            inbound.writeImmutableBuffer(piece)
        }
        process()
        let rest = inbound.readableBytesView
        inbound = rest.isEmpty ? ByteBuffer() : ByteBuffer(bytes: rest)
    }

    func receivedAll() {
        switch state {
        case .head(let exchange), .body(let exchange, _, _): exchange.flushClient()
        case .idle, .closed: break
        }
    }

    func writabilityChanged() {
        switch state {
        case .head(let exchange), .body(let exchange, _, _): exchange.upstreamWritabilityChanged()
        case .idle, .closed: break
        }
    }

    /// - Parameter cleanly: the backend closed the connection; otherwise it broke.
    func ended(cleanly: Bool) {
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

    // MARK: - Private

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
            inbound = ByteBuffer()
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
        var head = try ResponseHead(&parser, bytes: bytes, answering: exchange.method)
        parser.reset()
        defer { parser.takeBack(head.giveUpFields()) }
        guard !head.isSwitch || exchange.head.isAccepted(by: head) else {
            throw ProtocolViolation(.badRequest, "another protocol that nobody asked for")
        }
        if head.isInformational {
            informationalCount += 1
            guard informationalCount <= UpstreamConnection.informationalLimit else {
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
