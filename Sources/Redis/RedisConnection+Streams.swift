import Reactor

extension RedisConnection {
    /// The socket can be read or written, or will not be any more.
    func isReady(_ readiness: Readiness) {
        if readiness.contains(.shutdown) {
            return close(failure(.connectionLost, "was left: the reactor is shut down"))
        }
        if readiness.contains(.readable) { receive() }
        if readiness.contains(.writable) { flush() }
    }

    /// Reads what has come, resumes the waiters whose replies are complete, and closes a connection that has ended.
    func receive() {
        // A bound for each turn, so that one connection's large reply does not starve the reactor's others.
        for _ in 0..<16 {
            guard let link else { return }
            let transfer = unsafe incoming.withUnsafeMutableBytes { unsafe link.socket.receive(into: $0) }
            switch transfer {
            case .bytes(let count):
                counters.bytesReceived.count(count)
                lastHeard = reactor.now
                parse(count, of: link)
                if count < incoming.count { return }
            case .wouldBlock:
                return
            case .endOfStream:
                return lose("closed the connection: check whether it was stopped or restarted")
            case .failed(let reason):
                return lose("broke the connection (\(reason)): check whether it was stopped or restarted")
            }
        }
    }

    /// Writes at the end of the turn what its jobs have put into the outgoing stream.
    func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        reactor.atEndOfTurn {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    /// Keeps one timer for the oldest request's deadline or, while there is none, for the sign of life of a silent
    /// connection.
    func armTimer() {
        guard link != nil else { return }
        let deadline = requests.oldestDeadline ?? lastHeard + configuration.idleInterval
        if let alarm {
            // One that goes off early looks around and is set again, which costs less than to move it with each reply.
            guard deadline < alarm.deadline else { return }
            reactor.cancel(alarm.timer)
        }
        do throws(ReactorError) {
            let timer = try reactor.schedule(at: deadline) {
                self.alarm = nil
                self.alarmWentOff()
            }
            alarm = (timer, deadline)
        } catch {
            close(failure(.connectionLost, "was left: \(error.message)"))
        }
    }

    // MARK: - Private

    private var link: Link? {
        switch state {
        case .open(let link, _): link
        case .draining(let link, _): link
        case .idle, .connecting, .closed: nil
        }
    }

    private func parse(_ count: Int, of link: Link) {
        var isUnsolicited = false
        do throws(RESPViolation) {
            let buffer = incoming
            try link.parser.parse(buffer.span.extracting(first: count)) { reply in
                isUnsolicited = !deliver(reply) || isUnsolicited
            }
        } catch {
            return violate(error.reason)
        }
        if isUnsolicited { return violate("a reply that nothing asked for") }
        if requests.isIdle, case .draining = state {
            close(failure(.shutDown, "was left: the client shut down"))
        }
    }

    /// - Returns: whether anything had asked for the reply.
    private func deliver(_ reply: RedisReply) -> Bool {
        counters.replies.count()
        if reply.errorLine != nil { counters.errorReplies.count() }
        switch requests.received(reply) {
        case .complete(let waiter, let replies):
            counters.pending.count(-1)
            waiter.resume(returning: .success(replies))
        case .keep:
            counters.pending.count(-1)
        case .unsolicited:
            return false
        }
        return true
    }

    private func flush() {
        while let link, !outgoing.isEmpty {
            switch unsafe outgoing.withUnwritten({ unsafe link.socket.send($0) }) {
            case .bytes(let count):
                counters.bytesSent.count(count)
                outgoing.consume(count)
                requests.wrote(count)
            case .wouldBlock, .endOfStream:
                return watch(link, writable: true)
            case .failed(let reason):
                // The server may have said why before it closed.
                receive()
                return lose("broke the connection (\(reason)): check whether it was stopped or restarted")
            }
        }
        if let link { watch(link, writable: false) }
    }

    private func watch(_ link: Link, writable: Bool) {
        guard isWatchingWritable != writable else { return }
        isWatchingWritable = writable
        do throws(ReactorError) {
            try reactor.update(link.registration, writable ? [.readable, .writable] : .readable)
        } catch {
            lose("cannot be watched (\(error.message))")
        }
    }

    private func alarmWentOff() {
        // After a suspension deadlines are past and replies unread: the reactor has handed these over first.
        if let deadline = requests.oldestDeadline, deadline <= .now {
            counters.timeouts.count()
            let limit = configuration.commandTimeout
            return close(failure(.timedOut, "did not answer within \(limit): check its load and the network"))
        }
        if case .open(_, _?) = state, requests.isIdle, lastHeard + configuration.idleInterval <= .now {
            return accept([["PING"]], for: nil, deadline: .now + configuration.commandTimeout)
        }
        armTimer()
    }

    private func lose(_ message: String) {
        close(failure(.connectionLost, message))
    }

    private func violate(_ reason: String) {
        close(
            failure(
                .protocolViolation,
                "does not speak RESP2 (\(reason)): check that the port is that of a Redis server"
            )
        )
    }
}
