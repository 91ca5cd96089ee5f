import HubModel
import HubWire
import NIOCore
import Placement

/// One request and its answer: finds the backend, forwards both ways, retries, holds, and answers itself where it must.
///
/// It is confined to its event loop, and belongs to its client's connection.
final class Exchange {
    private enum State {
        case starting
        /// Waits for the tenant's turn, by this number in line.
        case queued(UInt64)
        case connecting
        /// The request is being sent, or sent; no answer yet.
        case requesting(UpstreamConnection)
        case responding(UpstreamConnection, ClientFraming, keepsAlive: Bool)
        /// Waits until the tenant's epoch is above this one, or the tenant is not held any more.
        case held(above: Epoch?, until: Tick)
        case ended
    }

    /// The tenant's turn that it has.
    private struct Turn {
        let turns: TenantTurns
        let tenant: TenantID
        let until: Tick
    }

    /// What it has waited for moves of its tenant.
    private struct Hold {
        let tenant: TenantID
        let since: NIODeadline
        var isWaiting = false
        /// How much of it was counted.
        var counted: Duration?
    }

    let head: RequestHead
    let requestID: RequestID
    let client: ClientConnection
    let loop: ProxyLoop
    let startedAt = NIODeadline.now()
    private var body: RequestBody
    private var state = State.starting
    private(set) var target: Target?
    private var turn: Turn?
    private var tried: [UpstreamPool] = []
    private var lastPool: UpstreamPool?
    private var status = 0
    private var retry: RetryPolicy
    /// When the request has been held for long enough, over all the times that it was.
    private var heldUntil: Tick?
    private var held: Hold?
    private var hasSentContinue = false
    private let hashesPassword: Bool
    /// Whether the tenant's rate has been asked.
    private var isCharged = false
    private var watch = TransferWatch()
    /// For the log.
    private(set) var backend: String?
    private(set) var responseBytes = 0

    init(_ head: RequestHead, client: ClientConnection, loop: ProxyLoop) {
        self.head = head
        self.client = client
        self.loop = loop
        requestID = RequestID(givenBy: head) ?? loop.makeRequestID()
        retry = RetryPolicy(isIdempotent: head.method.isIdempotent)
        hashesPassword = PasswordHashing.isDone(for: head)
        body = RequestBody(head.framing, limit: loop.settings.requestBodyLimit, keepLimit: loop.settings.replayLimit)
        loop.metrics.began()
    }

    var method: RequestMethod { head.method }
    var requestBytes: Int { body.receivedBytes }

    /// Finds out where the request goes.
    func start() {
        if client.secure == nil, let location = loop.secureLocation(of: head) { return answer(.secured(at: location)) }
        let destination = loop.destination(of: head)
        body.limit = bodyLimit(for: destination)
        if case .length(let length) = head.framing, length > body.limit {
            return refused(ProtocolViolation(.payloadTooLarge, "the body is too large"))
        }
        if let tenant = destination.tenant, !isCharged {
            isCharged = true
            if let wait = loop.charge(tenant.id) { return refuseRate(wait) }
        }
        switch destination {
        case .forward(let target):
            self.target = target
            takeTurn()
        case .hold(let target):
            self.target = target
            hold(above: nil)
        case .renamed(let name):
            answer(.renamed(to: loop.context.urlOfTenant(name) + targetText))
        case .answer(let answer):
            self.answer(answer)
        case .machine:
            answer(ownAnswer())
        }
    }

    // MARK: Events of the client

    /// Whether more of the body can be sent on.
    var wantsBody: Bool {
        guard !body.isComplete else { return false }
        switch state {
        case .requesting(let upstream), .responding(let upstream, _, _): return upstream.isWritable
        case .starting, .queued, .connecting, .held, .ended: return false
        }
    }

    func takeBody(from input: inout ByteBuffer) throws(ProtocolViolation) {
        guard let upstream else { return }
        while upstream.isWritable, let piece = try body.next(from: &input) {
            upstream.sendBody(piece, framing: isTunnel ? .untilClose : head.framing)
        }
        if body.isComplete {
            upstream.endRequest(framing: head.framing)
            if case .requesting = state { client.setDeadline(after: responseTimeout) }
        } else if case .requesting = state {
            client.setDeadline(after: loop.patience.stall)
        } else if isTunnel {
            client.setDeadline(after: idleTimeout)
        }
    }

    /// The body breaks a rule or a limit.
    func refused(_ violation: ProtocolViolation) {
        switch state {
        case .starting, .queued, .connecting, .requesting, .held:
            upstream?.close()
            answer(RouterAnswer(violation: violation))
        case .responding(let upstream, let framing, _):
            upstream.close()
            breakOff(framing)
        case .ended:
            break
        }
    }

    /// Bytes of memory that the part of the body takes that is kept for a replay.
    var keptMemory: Int { body.keptMemory }

    /// Gives up what is kept for a replay, to make room.
    func forgetBody() { body.forget() }

    /// There is no room for what the client sends ahead.
    func overflowed() {
        switch state {
        case .starting, .queued, .connecting, .requesting, .held:
            upstream?.close()
            answer(.overloaded)
        case .responding, .ended:
            break
        }
    }

    func flushUpstream() { upstream?.flush() }

    func clientWritabilityChanged() {
        guard client.isWritable else { return }
        upstream?.resumeReading()
    }

    func clientGone() {
        let upstream = upstream
        guard end(status: 499) else { return }
        upstream?.close()
    }

    func deadlinePassed() {
        switch state {
        case .requesting(let upstream):
            upstream.close()
            guard body.isComplete else { return answer(.requestTimeout) }
            upstream.pool.health.requestFailed(.broken)
            // Only who may repeat the request without harm is invited to.
            if isForControl, method.isIdempotent { return answer(.controlSilent) }
            decide(after: .timeout)
        case .responding(let upstream, let framing, _):
            upstream.close()
            breakOff(framing)
        case .queued:
            refuseTurn()
        case .starting, .connecting, .held, .ended:
            break
        }
    }

    // MARK: Events of the backend

    var isClientWritable: Bool { client.isWritable }

    var isWaitingForConnection: Bool {
        if case .connecting = state { return true }
        return false
    }

    func connected(to upstream: UpstreamConnection) {
        state = .requesting(upstream)
        backend = upstream.pool.address.name.rawValue
        upstream.pool.health.requestStarted()
        let forwarded = ForwardedRequest(
            signature: loop.signatureLines(for: target?.tenant),
            clientAddress: client.address,
            routerName: loop.settings.routerName.rawValue,
            requestID: requestID,
            newTrace: TraceContext.isPresent(in: head) ? nil : loop.makeTrace(),
            isSecure: client.secure != nil
        )
        upstream.begin(self) { head.write(forwarded, to: &$0) }
        if let kept = body.kept, kept.readableBytes > 0 { upstream.sendBody(kept, framing: head.framing) }
        if body.isComplete {
            upstream.endRequest(framing: head.framing)
            client.setDeadline(after: responseTimeout)
        } else {
            inviteBody()
            client.setDeadline(after: loop.patience.stall)
            client.resumeReading()
        }
        // When the client's input is being worked on, what it holds of the body is sent with the head.
        if !client.isPumping { upstream.flush() }
    }

    /// The backend did not answer, or not whole.
    ///
    /// - Parameter health: to be told, when the backend is to blame.
    func failed(_ failure: RetryPolicy.Failure, health: BackendHealth?) {
        if [.unanswered, .lost, .badAnswer].contains(failure) { health?.requestFailed(.broken) }
        switch state {
        case .connecting, .requesting:
            decide(after: failure)
        case .responding(_, let framing, _):
            // As long as the client has nothing of the answer, it can get a better one.
            guard client.takeBackAnswer() else { return breakOff(framing) }
            state = .starting
            decide(after: failure)
        case .starting, .queued, .held, .ended: break
        }
    }

    func received(informational response: ResponseHead) {
        // The router sends 100 (Continue) itself; HTTP/1.0 knows no informational answers (RFC 9110 section 15.2).
        guard response.status != 100, !head.isHTTP10 else { return }
        client.send {
            response.write(framing: .none, connection: nil, requestID: requestID, date: [], to: &$0)
        }
    }

    func received(head response: ResponseHead) {
        guard case .requesting(let upstream) = state else { return }
        upstream.pool.health.requestSucceeded()
        guard response.status != 421 else { return misdirected(response, upstream) }
        let framing = response.clientFraming(isHTTP10: head.isHTTP10)
        let keepsAlive = head.keepsAlive && body.isComplete && framing != .untilClose && !loop.isDraining
        state = .responding(upstream, framing, keepsAlive: keepsAlive)
        status = response.status
        client.sendHead {
            response.write(
                framing: framing,
                connection: response.isSwitch ? "upgrade" : connectionOption(keepsAlive: keepsAlive),
                requestID: requestID,
                date: loop.date(),
                strictTransport: client.strictTransport,
                to: &$0
            )
        }
        client.setDeadline(after: idleTimeout)
        endTurn()
        guard response.isSwitch else { return }
        body.becomeTunnel()
        client.resumeReading()
    }

    func received(body piece: ByteBuffer) {
        guard case .responding(_, let framing, _) = state else { return }
        responseBytes += piece.readableBytes
        client.send(body: piece, framing: framing)
        client.setDeadline(after: idleTimeout)
    }

    func receivedEnd() {
        guard case .responding(_, let framing, let keepsAlive) = state else { return }
        client.sendEnd(framing: framing)
        guard end(status: status) else { return }
        client.exchangeEnded(keepsAlive: keepsAlive)
    }

    func flushClient() { client.flush() }

    func upstreamWritabilityChanged() {
        guard wantsBody else { return }
        client.resumeReading()
        upstream?.flush()
    }

    // MARK: Events of the loop

    /// Looks whether a held request can go on.
    ///
    /// - Returns: false when it must wait on.
    func resume() -> Bool {
        guard case .held(let epoch, let deadline) = state else { return true }
        let destination = loop.destination(of: head)
        switch destination {
        case .hold:
            break
        case .forward(let target):
            let hasMoved = epoch.map { (target.tenant?.epoch ?? $0) > $0 } ?? true
            guard hasMoved else { break }
            self.target = target
            endHold(.released, at: target.tenant?.epoch)
            takeTurn()
            return true
        case .renamed, .answer, .machine:
            endHold(.released, at: self.target?.tenant?.epoch)
            state = .starting
            start()
            return true
        }
        guard deadline <= loop.tick else { return false }
        refuseHold(at: destination.tenant?.epoch)
        return true
    }

    /// It is the tenant's turn, for which it waited: in the meantime the tenant may have moved.
    func turnCame() {
        guard let target, let tenant = target.tenant else { return }
        guard case .queued = state else { return target.group.turns.leave(tenant.id, at: loop.present.moment) }
        beginTurn(target.group.turns, of: tenant.id)
        state = .starting
        guard case .forward(let present) = loop.destination(of: head), present.group === target.group,
            present.tenant?.id == tenant.id
        else {
            endTurn()
            return start()
        }
        self.target = present
        forward()
    }

    /// Lets others of its tenant go on when it takes long, and ends what a client draws out.
    func checkProgress() {
        if let turn, turn.until <= loop.tick { endTurn() }
        let (bytes, isWaiting) =
            switch state {
            case .requesting: (body.receivedBytes, wantsBody)
            case .responding: (responseBytes, !client.isWritable)
            case .starting, .queued, .connecting, .held, .ended: (0, false)
            }
        guard watch.isTooSlow(loop.settings.transferRate, bytes: bytes, isWaiting: isWaiting, now: loop.tick) else {
            return
        }
        loop.metrics.protected(.slow)
        deadlinePassed()
    }

    // MARK: - Private

    private var upstream: UpstreamConnection? {
        switch state {
        case .requesting(let upstream), .responding(let upstream, _, _): upstream
        case .starting, .queued, .connecting, .held, .ended: nil
        }
    }

    private var isForControl: Bool { target.map { $0.tenant == nil } ?? false }

    /// Whether the connection is a WebSocket's, whose bytes pass as they come.
    private var isTunnel: Bool { status == 101 }

    /// Of an answer that has begun.
    private var idleTimeout: Tick.Span { isTunnel ? loop.patience.keepAlive : loop.patience.stall }

    private var responseTimeout: Tick.Span {
        isForControl ? loop.patience.controlResponse : loop.patience.response
    }

    private var targetText: String {
        let bytes = head.bytes
        return bytes.readableBytesSpan.text(head.line.target)
    }

    /// Forwards when it is the tenant's turn. What makes a backend hash a password waits there, in a line of its own, and
    /// takes no turn from others.
    private func takeTurn() {
        guard let target, let tenant = target.tenant, !hashesPassword else { return forward() }
        switch target.group.turns.enter(self, of: tenant.id, at: loop.present.moment) {
        case .entered:
            beginTurn(target.group.turns, of: tenant.id)
            forward()
        case .waits(let number):
            state = .queued(number)
            client.setDeadline(after: loop.patience.turn)
        case .refused:
            refuseTurn()
        }
    }

    private func bodyLimit(for destination: Destination) -> Int {
        let settings = loop.settings
        if hashesPassword { return min(settings.passwordBodyLimit, settings.requestBodyLimit) }
        if case .forward(let target) = destination, target.tenant == nil { return settings.controlBodyLimit }
        return settings.requestBodyLimit
    }

    private func refuseRate(_ wait: Duration) {
        loop.metrics.refusedForTenant()
        answer(.tooMuchOfTenant(retryAfter: Int(wait.components.seconds) + 1))
    }

    private func beginTurn(_ turns: TenantTurns, of tenant: TenantID) {
        turn = Turn(turns: turns, tenant: tenant, until: loop.tick.after(loop.patience.turnLength))
    }

    private func endTurn() {
        guard let ended = turn else { return }
        turn = nil
        ended.turns.leave(ended.tenant, at: loop.present.moment)
    }

    private func refuseTurn() {
        loop.metrics.refusedForTenant()
        answer(.tooMuchOfTenant(retryAfter: 1))
    }

    /// - Parameters:
    ///   - fresh: on a connection that has not served before.
    ///   - avoided: to be taken only when there is no other.
    private func forward(fresh: Bool = false, avoiding avoided: UpstreamPool? = nil) {
        guard let group = target?.group,
            let pool = avoided.flatMap({ group.pick(excluding: tried + [$0]) }) ?? group.pick(excluding: tried)
        else { return answer(.shardDown) }
        state = .connecting
        client.setDeadline(after: nil)
        lastPool = pool
        pool.lease(for: self, fresh: fresh)
    }

    private func decide(after failure: RetryPolicy.Failure) {
        switch retry.decide(after: failure, canReplay: body.canReplay) {
        case .tryAnother:
            if let lastPool { tried.append(lastPool) }
            forward()
        case .tryAgain:
            forward(fresh: true, avoiding: lastPool)
        case .fail(let status):
            answer(RouterAnswer(failure: status))
        }
    }

    /// The backend does not serve the tenant at the epoch we knew: never the client's business.
    private func misdirected(_ response: ResponseHead, _ upstream: UpstreamConnection) {
        endTurn()
        guard response.isHubRedirect, let epoch = target?.tenant?.epoch else {
            state = .starting
            upstream.discard()
            return answer(.badGateway)
        }
        state = .starting
        upstream.discard()
        guard body.canReplay else { return refuseHold(at: epoch) }
        loop.metrics.replayed()
        // Sent again once the epoch has risen: as often as that happens, which is seldom more than once, in the time of a hold.
        hold(above: epoch)
    }

    private func hold(above epoch: Epoch?) {
        client.setDeadline(after: nil)
        let until = heldUntil ?? loop.tick.after(loop.settings.holdTimeout)
        heldUntil = until
        state = .held(above: epoch, until: until)
        // The directory may have changed since the request was sent.
        if resume() { return }
        guard loop.hold(self) else { return refuseHold(at: target?.tenant?.epoch) }
        guard let tenant = target?.tenant?.id else { return }
        if held == nil { held = Hold(tenant: tenant, since: .now()) }
        held?.isWaiting = true
        loop.context.holds.began(tenant)
    }

    /// It cannot wait, or not any longer.
    private func refuseHold(at epoch: Epoch?) {
        if held == nil, let tenant = target?.tenant?.id { held = Hold(tenant: tenant, since: .now()) }
        endHold(.refused, at: epoch)
        answer(.moving)
    }

    /// Counts what it has waited, if it has.
    private func endHold(_ ending: HoldTally.Ending, at epoch: Epoch?) {
        guard var ended = held, ended.isWaiting || ending == .refused else { return }
        let waited = Duration.nanoseconds((NIODeadline.now() - ended.since).nanoseconds)
        let holds = loop.context.holds
        if ended.isWaiting { holds.ended(ended.tenant) }
        if let epoch { holds.count(ending, of: ended.tenant, at: epoch, waited: waited, before: ended.counted) }
        loop.metrics.endedHold(ending, isLate: waited > HoldTally.lateAfter)
        ended.isWaiting = false
        ended.counted = waited
        held = ended
    }

    private func inviteBody() {
        guard head.expectsContinue, !hasSentContinue, !client.hasUnreadInput else { return }
        hasSentContinue = true
        client.send { $0.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n") }
        client.flush()
    }

    private func connectionOption(keepsAlive: Bool) -> StaticString? {
        guard keepsAlive else { return "close" }
        return head.isHTTP10 ? "keep-alive" : nil
    }

    private func ownAnswer() -> RouterAnswer {
        switch targetText.prefix(while: { $0 != "?" }) {
        case "/health": loop.context.healthAnswer()
        case "/ready": loop.context.readyAnswer()
        default: loop.context.holdsAnswer(to: head, target: targetText) ?? .notHere
        }
    }

    private func answer(_ answer: RouterAnswer) {
        let keepsAlive = head.keepsAlive && body.isComplete && !answer.closesConnection && !loop.isDraining
        let context = AnswerContext(
            prefersHTML: head.acceptsHTML,
            isHead: head.method == .head,
            requestID: requestID,
            date: loop.date(),
            connection: connectionOption(keepsAlive: keepsAlive),
            strictTransport: client.strictTransport
        )
        client.send { responseBytes = answer.write(context, to: &$0) }
        guard end(status: answer.status) else { return }
        client.exchangeEnded(keepsAlive: keepsAlive)
    }

    /// An answer has begun and cannot be finished.
    private func breakOff(_ framing: ClientFraming) {
        guard end(status: status) else { return }
        client.abort(reset: framing == .untilClose)
    }

    /// - Returns: false when it had ended before.
    private func end(status: Int) -> Bool {
        if case .ended = state { return false }
        if case .queued(let number) = state, let target, let tenant = target.tenant {
            target.group.turns.giveUp(number, of: tenant.id)
        }
        state = .ended
        // Whoever is held still has no answer.
        if held?.isWaiting == true { endHold(.left, at: target?.tenant?.epoch) }
        loop.record(self, status: status)
        endTurn()
        return true
    }
}

extension PasswordHashing {
    /// Whether the request makes a backend hash a password.
    fileprivate static func isDone(for head: RequestHead) -> Bool {
        guard head.method == .post || head.method == .put else { return false }
        let target = head.bytes.readableBytesSpan.text(head.line.target)
        return isDone(for: "\(head.method.name)", String(target.prefix { $0 != "?" }))
    }
}
