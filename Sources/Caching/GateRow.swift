/// The Redis server a gate was opened for: the process and its contents.
package struct GateServer: Hashable, Sendable {
    package let run: RunID
    package let nonce: GateNonce

    package init(run: RunID, nonce: GateNonce) {
        self.run = run
        self.nonce = nonce
    }
}

/// The row of a shard's database that says whether its cache is used. Each verb is one conditional UPDATE.
package struct GateRow: Hashable, Sendable {
    package enum Mode: Hashable, Sendable {
        /// Reads use the cache; writes fence, then commit.
        case on(GateServer)
        /// Writes wait until nobody can be reading from the cache any more.
        case closing
        /// Writes commit without Redis.
        case off
    }

    package private(set) var epoch: GateEpoch
    package private(set) var mode: Mode

    package init(epoch: GateEpoch, mode: Mode = .off) {
        self.epoch = epoch
        self.mode = mode
    }

    /// Ends the use of the cache, by whoever could not fence or met another server.
    ///
    /// - Returns: whether this did it.
    package mutating func close(_ epoch: GateEpoch) -> Bool {
        guard self.epoch == epoch, case .on = mode else { return false }
        mode = .closing
        return true
    }

    /// Lets writes go on without the cache, by whoever has known for ``CacheTiming/drain`` that the gate is closing: every
    /// lease was read before that, and has run out.
    ///
    /// - Returns: whether this did it.
    package mutating func drain(_ epoch: GateEpoch) -> Bool {
        guard self.epoch == epoch, mode == .closing else { return false }
        mode = .off
        return true
    }

    /// Begins a new use of the cache. Whoever does it holds the gate's advisory lock exclusively, so that no writer that
    /// saw the gate off is in flight, nor one whose fence was lost; and has put the nonce into the server's sentinel.
    ///
    /// - Returns: whether this did it.
    package mutating func open(after epoch: GateEpoch, _ server: GateServer) -> Bool {
        guard self.epoch == epoch, mode == .off else { return false }
        self.epoch = epoch.next
        mode = .on(server)
        return true
    }
}
