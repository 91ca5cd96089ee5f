import DequeModule
import Reactor

extension PostgresConnection {
    /// Segments that may be on their way at once. More would not be faster, and what is not sent yet can be taken back.
    private static let window = 512

    /// How often a segment may be sent in all.
    private static let maximumAttempts = 3

    /// Takes a request in; it leaves at the end of the reactor's turn.
    func accept(_ request: Request) {
        if case .closed(let error) = state {
            switch request {
            case .segment(let segment): segment.finish(.failure(error))
            case .exclusive(_, let continuation): continuation.resume(returning: error)
            }
            return
        }
        waiting.append(request)
        if case .segment(let segment) = request { watch(segment.deadline) }
        scheduleTurn()
    }

    /// Sees to it that what waits is sent at the end of this turn.
    func scheduleTurn() {
        guard !isTurnScheduled else { return }
        isTurnScheduled = true
        reactor.atEndOfTurn { [self] in
            assumeIsolated { connection in
                connection.isTurnScheduled = false
                connection.pump()
            }
        }
    }

    /// Sends what may be sent now.
    ///
    /// While a cancel request is on its way nothing is sent: the server cancels whatever it finds running.
    func pump() {
        guard case .open(let link) = state, link.exclusive == nil, !cancellation.isRequested else { return }
        let isBatch = waiting.count > 1
        if isBatch { link.session.setCorked(true) }
        sendWaiting(link)
        if isBatch { link.session.setCorked(false) }
        guard case .open = state else { return }
        flush(link)
    }

    /// Reacts to the socket.
    func handle(_ readiness: Readiness) {
        guard case .open(let link) = state else { return }
        if readiness.contains(.shutdown) {
            return close(PostgresError(.connection, "the reactor was shut down", server: server))
        }
        if readiness.contains(.readable) {
            if let use = link.exclusive { return receiveExclusively(readiness, link, use) }
            let isAlive = link.session.consume()
            // What had arrived before the end, above all the server's own reason, goes first.
            let reason = isAlive ? nil : link.session.errorMessage
            receive(link)
            if let reason { return close(lossError(reason)) }
        }
        guard case .open = state else { return }
        if let exclusive = link.exclusive {
            exclusive.wake()
        } else if readiness.contains(.writable) {
            flush(link)
        }
    }

    /// Writes what libpq has buffered, and watches the socket for the rest.
    func flush(_ link: Link) {
        switch link.session.flush() {
        case .done: setInterest(.readable, link)
        case .pending: setInterest([.readable, .writable], link)
        case .failed: close(lossError(link.session.errorMessage))
        }
    }

    func setInterest(_ interest: Readiness, _ link: Link) {
        guard link.interest != interest else { return }
        do throws(ReactorError) {
            try reactor.update(link.registration, interest)
            link.interest = interest
        } catch {
            close(lossError(error.message))
        }
    }

    /// Hands out the results that have arrived.
    func receive(_ link: Link) {
        let session = link.session
        var emptyReads = 0
        while let segment = inFlight.first, !session.isBusy {
            guard let result = session.nextResult() else {
                // One separates two commands. Several say that libpq has nothing more to tell.
                emptyReads += 1
                if emptyReads > 2 { break }
                continue
            }
            emptyReads = 0
            if result.status == .pipelineSync {
                inFlight.removeFirst()
                complete(segment, link)
            } else {
                take(result, for: segment)
            }
            guard case .open = state else { return }
        }
        if inFlight.isEmpty { _ = session.isBusy }
        deliverNotifications(session)
        if !waiting.isEmpty { scheduleTurn() }
    }

    // MARK: - Private

    private func sendWaiting(_ link: Link) {
        while let request = waiting.first, inFlight.count < Self.window {
            switch request {
            case .segment(let segment):
                waiting.removeFirst()
                guard send(segment, link.session) else { return close(lossError(link.session.errorMessage)) }
            case .exclusive(let id, let continuation):
                // Nobody overtakes it, so the pipeline runs empty.
                guard inFlight.isEmpty else { return }
                waiting.removeFirst()
                return beginExclusive(id, link, continuation)
            }
        }
        deallocateDiscarded(link.session)
    }

    private func send(_ segment: Segment, _ session: LibpqSession) -> Bool {
        segment.beginAttempt()
        inFlight.append(segment)
        for (index, query) in segment.queries.enumerated() {
            guard send(query, at: index, of: segment, session) else { return false }
        }
        return session.sendSync()
    }

    private func send(_ query: PostgresQuery, at index: Int, of segment: Segment, _ session: LibpqSession) -> Bool {
        guard query.isPrepared else { return session.sendUnprepared(sql: query.sql, query.binds) }
        let key = StatementCache.Key(sql: query.sql, types: query.binds.types)
        switch statements.use(key) {
        case .known(let name):
            return session.sendExecute(name: name, query.binds)
        case .prepare(let name, let evicted):
            if let evicted { discarded.append(evicted) }
            segment.willPrepare(key, name: name, for: index)
            return session.sendPrepare(name: name, sql: query.sql, types: query.binds.types)
                && session.sendExecute(name: name, query.binds)
        }
    }

    /// Frees statements at the server; not in a transaction, which would refuse once it has failed.
    private func deallocateDiscarded(_ session: LibpqSession) {
        guard !discarded.isEmpty, condition.current == .idle, inFlight.allSatisfy({ $0.scope == .independent })
        else { return }
        for name in discarded {
            let query = PostgresQuery(unsafeSQL: "DEALLOCATE \(name)").unprepared
            let segment = Segment(
                id: nextID(),
                queries: [query],
                scope: .independent,
                deadline: nil,
                continuation: nil
            )
            guard send(segment, session) else { return close(lossError(session.errorMessage)) }
        }
        discarded.removeAll()
    }

    private func take(_ result: PostgresResult, for segment: Segment) {
        guard let step = segment.nextStep() else {
            return close(PostgresError(.protocolViolation, "the server sent a result nobody asked for", server: server))
        }
        switch (result.status, step) {
        case (.rows, .execute), (.command, .execute):
            segment.succeed(result)
        case (.command, .prepare):
            break
        case (.failure, _):
            // What the server did not report libpq found itself: the connection is broken. How far the server came is
            // unknown then, since it sends what it has only when the segment is done.
            guard let report = result.report else { return close(lossError(result.message)) }
            invalidate(step, of: segment, report)
            segment.fail(PostgresError(report, server: server))
        case (.pipelineAborted, .prepare(let key, let name)):
            statements.forget(key, name: name)
        case (.pipelineAborted, .execute):
            break
        default:
            close(
                PostgresError(
                    .invalidUse,
                    "the statement does not return rows; use copyIn or copyOut for COPY",
                    server: server
                )
            )
        }
    }

    /// Forgets a statement that could not be prepared or that the server cannot execute any more.
    private func invalidate(_ step: Segment.Step, of segment: Segment, _ report: ServerReport) {
        switch step {
        case .prepare(let key, let name):
            statements.forget(key, name: name)
        case .execute(let index):
            guard report.isStalePlan || report.isUnknownStatement else { return }
            let query = segment.queries[index]
            let key = StatementCache.Key(sql: query.sql, types: query.binds.types)
            guard let name = statements.name(of: key) else { return }
            statements.forget(key, name: name)
            if report.isStalePlan { discarded.append(name) }
        }
    }

    private func complete(_ segment: Segment, _ link: Link) {
        if inFlight.isEmpty { noteCondition(link.session) }
        defer { pursueCancellation() }
        guard let failure = segment.failure else { return segment.finish(.success(segment.rows)) }
        if mayRepeat(segment, after: failure) {
            waiting.prepend(.segment(segment))
        } else if segment.isCancelled, failure.report?.isCancellation == true {
            segment.finish(.failure(cancelledError))
        } else {
            segment.finish(.failure(failure))
        }
    }

    /// Whether a segment can be sent again: it had no effect, and what failed was not its own doing. A plan had become
    /// stale, or a cancel request meant for another hit it.
    private func mayRepeat(_ segment: Segment, after failure: PostgresError) -> Bool {
        guard segment.scope == .independent, !segment.isCancelled, segment.attempts < Self.maximumAttempts,
            let report = failure.report
        else { return false }
        let isStray = report.isCancellation && segment.isExposed && failure.code == .cancelled
        return (report.isStalePlan || report.isUnknownStatement || isStray) && condition.current == .idle
    }

    func noteCondition(_ session: LibpqSession) {
        condition.update(session.transactionStatus == .idle ? .idle : .inTransaction)
    }
}
