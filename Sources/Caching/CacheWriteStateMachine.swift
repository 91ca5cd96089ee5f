/// A writer: nothing commits before whoever could be reading it from the cache has been sent to the primary.
package struct CacheWriteStateMachine<Value: Sendable>: Sendable {
    package enum Action: Sendable {
        /// Take the gate's advisory lock shared, read its row, and run the SQL; hand in ``begin(_:writer:_:now:)``.
        case begin
        /// Send it, and hand in what comes back, or nil after a time-out.
        case ask(CacheCommand<Value>)
        case commit
        /// Roll back; then see to the gate, send the command, of which nobody awaits the reply, and ``retry()`` after so
        /// long.
        case rollBack(close: GateEpoch?, then: CacheCommand<Value>?, retryAfter: Duration)
        /// The write is done.
        case acknowledge
        /// The transaction was refused by the database.
        case refuse
        /// Nobody knows yet whether the write is done; its fence stays until PostgreSQL says.
        case failUnknown
    }

    private enum State {
        case idle
        case beginning
        case fencing(GatePass, WriterID)
        case committing(fence: (GatePass, WriterID)?)
        case unfencing(isCommitted: Bool)
        case done
    }

    private let scope: CacheScope
    private let timing: CacheTiming
    private var state = State.idle

    package init(_ scope: CacheScope, timing: CacheTiming = CacheTiming()) {
        self.scope = scope
        self.timing = timing
    }

    package mutating func start() -> Action {
        state = .beginning
        return .begin
    }

    package mutating func retry() -> Action { start() }

    /// The SQL has run; the gate's row was read inside the transaction, and handed to the lease.
    package mutating func begin(
        _ row: GateRow,
        writer: WriterID,
        _ lease: GateLeaseStateMachine,
        now: MonotonicTime
    ) -> Action {
        guard case .beginning = state else { preconditionFailure("a transaction that was not asked for") }
        switch row.mode {
        case .off:
            state = .committing(fence: nil)
            return .commit
        case .closing:
            return rollBack(close: nil, then: nil)
        case .on:
            guard let pass = lease.pass(now: now), pass.epoch == row.epoch else {
                return rollBack(close: nil, then: nil)
            }
            state = .fencing(pass, writer)
            return .ask(CacheCommand(nonce: pass.server.nonce, .fence(scope.keys(at: pass.epoch), writer)))
        }
    }

    /// Takes what the cache answered to the fence, or to its removal; nil when nothing came.
    package mutating func receive(
        _ reply: CacheReply<Value>?,
        _ lease: GateLeaseStateMachine,
        now: MonotonicTime
    ) -> Action {
        switch state {
        case .fencing(let pass, let writer):
            return confirm(reply, pass, writer, lease, now: now)
        case .unfencing(let isCommitted):
            // A fence that could not be removed costs speed, not truth: it sends readers to the primary.
            state = .done
            return isCommitted ? .acknowledge : .refuse
        case .idle, .beginning, .committing, .done:
            preconditionFailure("a reply without a question")
        }
    }

    /// Takes the end of the transaction.
    package mutating func end(_ ending: TransactionEnding) -> Action {
        guard case .committing(let fence) = state else { preconditionFailure("an end that was not asked for") }
        switch ending {
        case .unknown:
            state = .done
            return .failUnknown
        case .committed, .aborted:
            guard let (pass, writer) = fence else {
                state = .done
                return ending == .committed ? .acknowledge : .refuse
            }
            state = .unfencing(isCommitted: ending == .committed)
            return .ask(unfence(pass, writer))
        }
    }

    // MARK: - Private

    private mutating func confirm(
        _ reply: CacheReply<Value>?,
        _ pass: GatePass,
        _ writer: WriterID,
        _ lease: GateLeaseStateMachine,
        now: MonotonicTime
    ) -> Action {
        guard let reply else { return rollBack(close: pass.epoch, then: unfence(pass, writer)) }
        switch lease.judge(reply, to: pass, now: now) {
        case .expired:
            return rollBack(close: nil, then: unfence(pass, writer))
        case .foreign(let epoch):
            return rollBack(close: epoch, then: nil)
        case .believed:
            guard case .fenced = reply.outcome else {
                return rollBack(close: pass.epoch, then: unfence(pass, writer))
            }
            state = .committing(fence: (pass, writer))
            return .commit
        }
    }

    private func unfence(_ pass: GatePass, _ writer: WriterID) -> CacheCommand<Value> {
        CacheCommand(nonce: pass.server.nonce, .unfence(scope.keys(at: pass.epoch), [writer]))
    }

    private mutating func rollBack(close: GateEpoch?, then command: CacheCommand<Value>?) -> Action {
        state = .idle
        return .rollBack(close: close, then: command, retryAfter: timing.writeRetry)
    }
}
