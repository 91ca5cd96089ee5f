import Reactor

extension PostgresConnection {
    /// Waits for the pipeline to run empty and takes the session out of pipeline mode.
    ///
    /// - Returns: the name of the use, which ``endExclusive(_:)`` must be told.
    func acquireExclusive() async throws(PostgresError) -> UInt64 {
        let id = nextID()
        if Task.isCancelled { throw cancelledError }
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                accept(.exclusive(id: id, continuation))
            }
        } onCancel: {
            reactor.execute { self.assumeIsolated { $0.cancelSegment(id) } }
        }
        if let failure { throw failure }
        return id
    }

    /// Begins the use of somebody whose turn has come.
    func beginExclusive(_ id: UInt64, _ link: Link, _ continuation: CheckedContinuation<PostgresError?, Never>) {
        guard link.session.exitPipelineMode() else {
            let error = lossError(link.session.errorMessage)
            continuation.resume(returning: error)
            return close(error)
        }
        link.exclusive = ExclusiveUse(id: id)
        continuation.resume(returning: nil)
    }

    /// Returns to pipeline mode and to whoever waits.
    func endExclusive(_ id: UInt64) {
        guard case .open(let link) = state, link.exclusive?.id == id else { return }
        link.exclusive = nil
        setInterest(.readable, link)
        guard case .open = state else { return }
        noteCondition(link.session)
        guard link.session.enterPipelineMode() else { return close(lossError(link.session.errorMessage)) }
        // What was left of a statement cannot be told from what comes next.
        scheduleTurn()
    }

    /// The session and its use by a caller.
    ///
    /// - Throws: why the connection was closed meanwhile.
    func exclusive(_ id: UInt64) throws(PostgresError) -> (link: Link, use: ExclusiveUse) {
        let link = try link()
        guard let use = link.exclusive, use.id == id else {
            throw PostgresError(.invalidUse, "the COPY has already ended", server: server)
        }
        return (link, use)
    }

    /// The results of the statement that runs: all of them, or the last one before data begins to flow.
    ///
    /// In a cancelled task the server is told to cancel, and its answer is waited for.
    ///
    /// - Throws: the first error among the results.
    func exclusiveResults(_ id: UInt64, timeout: Duration?) async throws(PostgresError) -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresError?
        while true {
            let (link, use) = try exclusive(id)
            guard !link.session.isBusy else {
                try await wait(id, for: .readable, timeout: timeout)
                continue
            }
            guard let result = link.session.nextResult() else { break }
            switch result.status {
            case .copyIn, .copyOut:
                results.append(result)
                return results
            case .failure where failure == nil:
                failure = result.report.map { PostgresError($0, server: server) } ?? lossError(result.message)
            default: results.append(result)
            }
            if link.session.isBad { throw failure ?? lossError(link.session.errorMessage) }
            use.deadline = nil
        }
        if let failure {
            throw isCancelledUse(id) && failure.report?.isCancellation == true ? cancelledError : failure
        }
        return results
    }

    /// Waits until the socket is ready, having written what was buffered.
    ///
    /// - Throws: why the connection was closed meanwhile.
    func wait(_ id: UInt64, for interest: Readiness, timeout: Duration?) async throws(PostgresError) {
        let (link, use) = try exclusive(id)
        let isPending = try writeExclusively(link)
        use.isReceiving = interest.contains(.readable)
        use.deadline = timeout.map { .now + $0 }
        watch(use.deadline)
        setInterest(isPending ? interest.union(.writable) : interest, link)
        _ = try exclusive(id)
        await withTaskCancellationHandler {
            await suspend(use)
        } onCancel: {
            reactor.execute { self.assumeIsolated { $0.cancelExclusive(id) } }
        }
        let (_, useAfter) = try exclusive(id)
        useAfter.deadline = nil
        useAfter.isReceiving = false
    }

    /// Writes what libpq has buffered.
    ///
    /// - Returns: whether there is more to write than the socket takes.
    func writeExclusively(_ link: Link) throws(PostgresError) -> Bool {
        switch link.session.flush() {
        case .done: return false
        case .pending: return true
        case .failed:
            let error = lossError(link.session.errorMessage)
            close(error)
            throw error
        }
    }

    /// Reads on behalf of the caller, or leaves the bytes where they are if the caller does not wait for them; but when the
    /// peer is gone they are read, up to the end that says so.
    func receiveExclusively(_ readiness: Readiness, _ link: Link, _ use: ExclusiveUse) {
        if use.isReceiving || readiness.contains(.hangup) {
            guard link.session.consume() else { return close(lossError(link.session.errorMessage)) }
            // Nothing more until it has been taken: on a busy reactor events may come many times before the caller runs.
            use.isReceiving = false
            use.wake()
        } else {
            setInterest(link.interest.subtracting(.readable), link)
            if readiness.contains(.writable) { use.wake() }
        }
    }

    func isCancelledUse(_ id: UInt64) -> Bool {
        guard case .open(let link) = state, let use = link.exclusive else { return false }
        return use.id == id && use.wantsCancel
    }

    // MARK: - Private

    /// Suspends the caller. A method, since a closure that captures no `self` would run outside the actor, where the event may
    /// overtake it.
    private func suspend(_ use: ExclusiveUse) async {
        await withCheckedContinuation { use.wait($0) }
    }

    private func cancelExclusive(_ id: UInt64) {
        guard case .open(let link) = state, let use = link.exclusive, use.id == id, !use.wantsCancel else { return }
        use.wantsCancel = true
        if case .none = cancellation { requestCancel(attempt: 0) }
    }
}
