import NIOCore
import Reactor
import RouterTLS

/// One connection of a client: reads requests one after the other, strictly, and sends the answers.
///
/// It is confined to its reactor. One request is under way at a time: what a client sends ahead stays unread, so that
/// nobody can make the router hold more than one request per connection.
final class ClientConnection: StreamSocketOwner {
    private enum State {
        /// Between requests, or in the head of one.
        case head
        case exchange(Exchange)
        /// The last answer is being sent, or sent; what still comes is dropped until the client closes too.
        case lingering
        case closed
    }

    let loop: ProxyLoop
    /// The address the client connects from, without the port.
    let address: String
    /// The client behind TLS; nil for one that speaks plainly.
    let secure: SecurePeer?
    private var state = State.head
    private let socket: StreamSocket
    private var parser: HeadParser<RequestLine>
    private var inbound = ByteBuffer()
    private let outbound: OutboundBuffer
    private var deadline: Tick?
    /// Whether the empty line has come that may precede a request.
    private var hasSkippedLine = false
    /// What it has of the loop's room, in bytes.
    private var takenRoom = 0
    private var isCounted = false
    private let network: ClientNetwork?
    /// Whether it is working on what has come; what that gives a backend is flushed at its end.
    private(set) var isPumping = false

    /// - Parameter address: of the client.
    init(_ socket: StreamSocket, from address: SocketAddress?, secure: SecurePeer? = nil, loop: ProxyLoop) {
        self.socket = socket
        self.secure = secure
        self.address = address?.ipAddress ?? "unknown"
        network = ClientNetwork(address)
        self.loop = loop
        parser = HeadParser(limits: loop.settings.headLimits)
        outbound = OutboundBuffer(of: loop.buffers)
    }

    // MARK: For the exchange

    var isWritable: Bool { socket.isWritable }

    /// The field line of `Strict-Transport-Security` in every answer to this client, which may be empty; nil for what the
    /// backends say.
    var strictTransport: [UInt8]? { loop.settings.secure.map { secure == nil ? [] : $0.strictTransport } }

    /// Whether nothing of the request's body waits to be read here.
    var hasUnreadInput: Bool { inbound.readableBytes > 0 }

    func send(_ body: (inout ByteBuffer) -> Void) { outbound.append(body) }

    /// Sends the head of an answer, which can be taken back until it has left.
    func sendHead(_ body: (inout ByteBuffer) -> Void) {
        outbound.beginMessage()
        outbound.append(body)
    }

    /// Takes back an answer.
    ///
    /// - Returns: false when some of it has left.
    func takeBackAnswer() -> Bool { outbound.takeBack() }

    func send(body piece: ByteBuffer, framing: ClientFraming) {
        if framing == .chunked {
            outbound.appendChunk(piece, to: socket)
        } else {
            outbound.append(piece, to: socket)
        }
    }

    func sendEnd(framing: ClientFraming) {
        if framing == .chunked { outbound.appendLastChunk() }
    }

    func flush() { outbound.flush(to: socket) }

    /// Sets when the connection is given up, counted from now; nil for never.
    func setDeadline(after span: Tick.Span?) {
        deadline = span.map { loop.tick.after($0) }
    }

    /// Takes in the rest of the request's body, now that there is room for it.
    func resumeReading() {
        pump()
        if mayRead { socket.resumeReading() }
    }

    /// The answer is complete: the next request may follow, or the connection is closed.
    func exchangeEnded(keepsAlive: Bool) {
        guard case .exchange = state else { return }
        guard keepsAlive, !loop.isDraining else { return closeSoon() }
        state = .head
        flush()
        goOn()
    }

    /// Breaks the connection off, so that an answer that has begun does not look complete.
    ///
    /// - Parameter reset: the answer ends with the connection, and only a reset tells that it was cut short.
    func abort(reset: Bool = false) {
        let previous = state
        state = .closed
        switch previous {
        case .closed: return
        case .exchange(let exchange):
            secure?.cutShort()
            exchange.clientGone()
        case .head, .lingering:
            if reset { secure?.cutShort() }
        }
        socket.close(reset: reset)
    }

    // MARK: For the loop

    func checkDeadline() {
        if case .exchange(let exchange) = state { exchange.checkProgress() }
        guard let deadline, deadline <= loop.tick else { return }
        self.deadline = nil
        switch state {
        case .head where parser.hasBegun: refuse(.requestTimeout)
        case .head, .lingering: abort()
        case .exchange(let exchange): exchange.deadlinePassed()
        case .closed: break
        }
    }

    /// The router is about to stop: a connection between requests is closed; any other is, after its answer.
    func drain() {
        if case .head = state, !parser.hasBegun, !hasUnreadInput { closeSoon() }
    }

    /// Begins to serve the client.
    func start() {
        loop.add(self)
        // Whoever has just connected to a router that is about to stop has a request on the way, or none.
        setDeadline(after: loop.isDraining ? loop.patience.linger : loop.patience.keepAlive)
        socket.start(self)
        // Those who speak TLS were counted when they connected.
        guard secure == nil else { return }
        isCounted = true
        let settings = loop.settings
        let verdict = loop.context.connections.enter(
            network,
            most: settings.clientConnections,
            mostOfNetwork: settings.clientConnectionsPerAddress
        )
        switch verdict {
        case .admitted:
            break
        case .networkIsFull:
            loop.metrics.protected(.address)
            refuse(.tooManyConnections)
        case .routerIsFull:
            loop.metrics.protected(.full)
            refuse(.overloaded)
            // There is no room for one that lingers.
            abort()
        }
    }

    // MARK: Events of the socket

    var mayRead: Bool {
        switch state {
        case .head: isWritable
        case .lingering, .closed: true
        case .exchange(let exchange): exchange.wantsBody
        }
    }

    /// Nobody waits for the answer any more.
    var endsWithPeer: Bool { true }

    /// A head is kept for as long as its request, and half a request for as long as the rest takes.
    var keepsPieces: Bool { true }

    func received(_ piece: ByteBuffer) {
        switch state {
        case .closed, .lingering:
            return
        case .head, .exchange:
            if inbound.readableBytes == 0 {
                inbound = piece
            } else {
                inbound.writeImmutableBuffer(piece)
            }
            pump()
        }
    }

    func receivedAll() { flush() }

    func writabilityChanged() {
        switch state {
        case .exchange(let exchange): exchange.clientWritabilityChanged()
        case .head where isWritable: loop.reactor.atEndOfTurn { self.tookAnswer() }
        case .head, .lingering, .closed: break
        }
    }

    func ended(cleanly: Bool) {
        let previous = state
        state = .closed
        inbound = ByteBuffer()
        takeRoom()
        if isCounted { loop.context.connections.leave(network) }
        isCounted = false
        loop.remove(self)
        if case .exchange(let exchange) = previous { exchange.clientGone() }
    }

    // MARK: - Private

    /// The client has taken its last answer. Not told from within the flush that made it so.
    private func tookAnswer() {
        guard case .head = state, isWritable, !parser.hasBegun else { return }
        goOn()
    }

    /// Waits for the next request; or for the client to take the last answer, before it may have another.
    private func goOn() {
        setDeadline(after: isWritable ? loop.patience.keepAlive : loop.patience.stall)
        resumeReading()
    }

    /// Works on what has come until that is used up or something must be waited for.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer {
            isPumping = false
            if case .exchange(let exchange) = state { exchange.flushUpstream() }
            takeRoom()
        }
        do throws(ProtocolViolation) {
            while try step() {}
        } catch {
            switch state {
            case .head: refuse(RouterAnswer(violation: error))
            case .exchange(let exchange): exchange.refused(error)
            case .lingering, .closed: break
            }
        }
    }

    /// Counts the memory that holds what has come, and makes room when that is too much.
    private func takeRoom() {
        if inbound.readableBytes == 0, inbound.capacity > 0 { inbound = ByteBuffer() }
        var needed = inbound.storageCapacity
        if case .exchange(let exchange) = state { needed += exchange.keptMemory }
        guard needed != takenRoom else { return }
        let isMore = needed > takenRoom
        loop.count(unread: needed - takenRoom)
        takenRoom = needed
        if isMore, !loop.hasRoom { makeRoom() }
    }

    private func makeRoom() {
        if case .exchange(let exchange) = state, exchange.keptMemory > 0 {
            exchange.forgetBody()
            return takeRoom()
        }
        guard hasUnreadInput else { return }
        loop.metrics.protected(.memory)
        switch state {
        case .head: refuse(.overloaded)
        case .exchange(let exchange): exchange.overflowed()
        case .lingering, .closed: break
        }
    }

    private func step() throws(ProtocolViolation) -> Bool {
        switch state {
        case .lingering, .closed:
            inbound = ByteBuffer()
            return false
        case .head:
            // A client that takes no answers is given none.
            return isWritable ? try readHead() : false
        case .exchange(let exchange):
            guard exchange.wantsBody else { return false }
            try exchange.takeBody(from: &inbound)
            // With the request complete, what follows is the next one's.
            guard case .head = state else { return false }
            return hasUnreadInput
        }
    }

    private func readHead() throws(ProtocolViolation) -> Bool {
        guard skipEmptyLine(), hasUnreadInput else { return false }
        if !parser.hasBegun { setDeadline(after: loop.patience.head) }
        let received = inbound
        guard let length = try parser.parse(received.readableBytesSpan) else { return false }
        guard let bytes = inbound.readSlice(length: length) else { return false }
        let head = try RequestHead(&parser, bytes: bytes)
        parser.reset()
        hasSkippedLine = false
        deadline = nil
        let exchange = Exchange(head, client: self, loop: loop)
        state = .exchange(exchange)
        exchange.start()
        return hasUnreadInput
    }

    /// One CR LF before a request line is to be ignored (RFC 9112 section 2.2).
    ///
    /// - Returns: false when only the CR has come.
    private func skipEmptyLine() -> Bool {
        guard !parser.hasBegun, !hasSkippedLine, let byte = inbound.getInteger(at: inbound.readerIndex, as: UInt8.self)
        else {
            return true
        }
        guard byte == ASCII.carriageReturn else { return true }
        guard inbound.readableBytes > 1 else { return false }
        let lineBreak = UInt16(ASCII.carriageReturn) << 8 | UInt16(ASCII.lineFeed)
        let first = inbound.getInteger(at: inbound.readerIndex, as: UInt16.self)
        if first == lineBreak {
            inbound.moveReaderIndex(forwardBy: 2)
            hasSkippedLine = true
        }
        return true
    }

    /// Answers what is no request, and closes.
    private func refuse(_ answer: RouterAnswer) {
        let context = AnswerContext(
            prefersHTML: false,
            isHead: false,
            requestID: loop.makeRequestID(),
            date: loop.date(),
            connection: "close",
            strictTransport: strictTransport
        )
        var bytes = 0
        outbound.append { bytes = answer.write(context, to: &$0) }
        loop.record(refused: answer, bytes: bytes, requestID: context.requestID, client: address)
        closeSoon()
    }

    /// Sends what there is, closes this direction, and drops what still comes until the client closes too: closing at
    /// once could reset the connection before the client has read the answer (RFC 9112 section 9.6).
    private func closeSoon() {
        state = .lingering
        inbound = ByteBuffer()
        takeRoom()
        setDeadline(after: loop.patience.stall)
        flush()
        socket.whenSent {
            guard case .lingering = self.state else { return }
            self.setDeadline(after: self.loop.patience.linger)
            self.socket.closeOutput()
        }
        socket.resumeReading()
    }
}
