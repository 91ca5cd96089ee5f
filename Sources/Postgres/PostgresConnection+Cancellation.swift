import DequeModule
import Logging
import Reactor

extension PostgresConnection {
    /// What is being done to cancel the statement that runs.
    enum Cancellation {
        case none
        /// A thread sends the request and waits for the server to have acted on it.
        case requested
        /// The request came too early or is not obeyed yet; it will be repeated.
        case paused(TimerID, attempt: Int)

        var isRequested: Bool {
            if case .requested = self { true } else { false }
        }
    }

    /// Takes back a segment that was not sent, or has the server cancel it; it ends with the server's answer.
    func cancelSegment(_ id: UInt64) {
        let position = waiting.firstIndex { request in
            switch request {
            case .segment(let segment): segment.id == id
            case .exclusive(let waitingID, _): waitingID == id
            }
        }
        if let position {
            switch waiting.remove(at: position) {
            case .segment(let segment): segment.finish(.failure(cancelledError))
            case .exclusive(_, let continuation): continuation.resume(returning: cancelledError)
            }
            return scheduleTurn()
        }
        guard let segment = inFlight.first(where: { $0.id == id }) else { return }
        segment.isCancelled = true
        pursueCancellation()
    }

    /// Sends a cancel request if the segment that the server works on was cancelled.
    ///
    /// The request names the session and not the statement. So it waits until the segment is the first on its way, and
    /// nothing new is sent before the server has acted on it; a segment that was sent already and is hit in place of one
    /// that ended meanwhile is sent again.
    func pursueCancellation() {
        guard case .none = cancellation, let first = inFlight.first, first.isCancelled else { return }
        requestCancel(attempt: 0)
    }

    /// Sends a cancel request for whatever the session runs.
    func requestCancel(attempt: Int) {
        guard case .open(let link) = state, let canceller = link.canceller else { return }
        cancellation = .requested
        for segment in inFlight { segment.isExposed = true }
        let target = inFlight.first?.id
        reactor.runBlocking {
            canceller.cancel()
        } then: { failure in
            self.assumeIsolated { $0.finishCancel(of: target, attempt: attempt, failure) }
        }
    }

    // MARK: - Private

    private func finishCancel(of target: UInt64?, attempt: Int, _ failure: String?) {
        cancellation = .none
        guard case .open(let link) = state else { return }
        if let failure {
            logger.debug("cancel request failed", metadata: ["server": "\(server)", "reason": "\(failure)"])
        }
        scheduleTurn()
        let isObeyed =
            if let exclusive = link.exclusive { !exclusive.wantsCancel } else {
                inFlight.first?.id != target || target == nil
            }
        if isObeyed { return pursueCancellation() }
        // The server may have read the request before the statement: it does nothing then.
        let pause = min(Duration.milliseconds(20) * (1 << min(attempt, 6)), .seconds(1))
        do throws(ReactorError) {
            let timer = try reactor.schedule(after: pause) { self.assumeIsolated { $0.repeatCancel() } }
            cancellation = .paused(timer, attempt: attempt + 1)
        } catch {
            close(PostgresError(.connection, error.message, server: server))
        }
    }

    private func repeatCancel() {
        guard case .paused(_, let attempt) = cancellation else { return }
        cancellation = .none
        guard case .open(let link) = state else { return }
        if inFlight.first?.isCancelled == true || link.exclusive?.wantsCancel == true {
            requestCancel(attempt: attempt)
        }
    }
}
