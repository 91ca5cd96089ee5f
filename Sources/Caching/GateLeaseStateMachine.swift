/// What a backend knows of its shard's gate, and how long it may act on it.
package struct GateLeaseStateMachine: Sendable {
    package enum Action: Hashable, Sendable {
        /// End the use of the cache: ``GateRow/close(_:)``.
        case close(GateEpoch)
        /// Let writes go on: ``GateRow/drain(_:)``.
        case drain(GateEpoch)
        /// Open the gate, under its exclusive lock: ``GateRow/open(after:_:)``.
        case open(GateEpoch)
    }

    /// What a reply is worth.
    package enum Verdict: Hashable, Sendable {
        case believed
        /// Nothing can be concluded from the reply: the time to use it is over.
        case expired
        /// The server or its contents are not those the gate was opened for.
        case foreign(GateEpoch)
    }

    private enum Knowledge {
        case nothing
        case on(GatePass, until: MonotonicTime)
        /// With the moment from which it is certain that the gate was closing.
        case closing(GateEpoch, since: MonotonicTime)
        case off(GateEpoch)
    }

    private let timing: CacheTiming
    private var knowledge = Knowledge.nothing
    private var newest: MonotonicTime?

    package init(timing: CacheTiming = CacheTiming()) {
        self.timing = timing
    }

    /// Takes a reading of the gate's row, by a renewal or within a write transaction.
    ///
    /// - Parameters:
    ///   - asked: the moment before the question was sent. A lease runs from here, for the gate may have begun to close as
    ///     soon as the row was read.
    ///   - now: the moment after the answer came. A closing gate is known to close from here on, for it may have begun
    ///     just before the row was read.
    ///   - isReachable: whether this backend reaches Redis.
    ///   - isObjected: whether some other backend cannot.
    /// - Returns: what to do about the gate, if anything.
    package mutating func observe(
        _ row: GateRow,
        asked: MonotonicTime,
        isReachable: Bool = false,
        isObjected: Bool = true,
        now: MonotonicTime
    ) -> Action? {
        if let newest, asked < newest { return nil }
        newest = asked
        switch row.mode {
        case .on(let server):
            knowledge = .on(GatePass(epoch: row.epoch, server: server), until: asked + timing.lease)
            return nil
        case .closing:
            guard case .closing(row.epoch, let since) = knowledge else {
                knowledge = .closing(row.epoch, since: now)
                return nil
            }
            return now - since >= timing.drain ? .drain(row.epoch) : nil
        case .off:
            knowledge = .off(row.epoch)
            return isReachable && !isObjected ? .open(row.epoch) : nil
        }
    }

    /// The right to use the cache at this moment; nil when there is none.
    package func pass(now: MonotonicTime) -> GatePass? {
        guard case .on(let pass, let until) = knowledge, now < until else { return nil }
        return pass
    }

    /// Judges a reply to what was asked under a pass, once it is here: what was true when it was asked may not be any
    /// more.
    package func judge<Value>(_ reply: CacheReply<Value>, to pass: GatePass, now: MonotonicTime) -> Verdict {
        guard self.pass(now: now) == pass else { return .expired }
        guard reply.server == pass.server.run else { return .foreign(pass.epoch) }
        if case .foreign = reply.outcome { return .foreign(pass.epoch) }
        return .believed
    }
}

/// What an open gate says: the namespace of keys, and whose replies count.
package struct GatePass: Hashable, Sendable {
    package let epoch: GateEpoch
    package let server: GateServer

    package init(epoch: GateEpoch, server: GateServer) {
        self.epoch = epoch
        self.server = server
    }
}
