package import Caching
import Postgres
import ShardStore

/// A shard's cache that is kept shut while no backend can keep it true.
package struct CacheShutdown: Sendable {
    /// Whether an operator had it shut before; then it stays so.
    package let wasHeld: Bool
}

extension MoveEngine {
    /// Shuts the source's cache for all its tenants, and returns when no backend uses it any more; to be done before the
    /// freeze, since it takes longer than a tenant should wait. Doing it again changes nothing.
    ///
    /// - Throws: `.late` when somebody opens it again and again.
    package func shutCache(timing: CacheTiming = CacheTiming()) async throws(MoveError) -> CacheShutdown {
        let gate = CacheGateStore(pool: source.pool, timing: timing)
        let reason = "move \(claim.move) takes a tenant away while no backend can be reached"
        let wasHeld = try await read(source, "shutting the cache", "SELECT isHeld FROM cache_gate")
        let shutdown = try await telling(source, "shutting the cache") {
            let wasHeld = try wasHeld.single().decode(Bool.self, at: 0)
            try await gate.hold(true, reason: reason)
            return CacheShutdown(wasHeld: wasHeld)
        }
        var closing: (epoch: GateEpoch, since: ContinuousClock.Instant)?
        _ = try await wait(
            for: "the cache of \(source.shard) to be off",
            within: .seconds(15),
            every: .milliseconds(50)
        ) {
            () throws(MoveError) -> Bool? in
            let row = try await telling(source, "shutting the cache") {
                try await gate.observe(objecting: false, as: sessionName).row
            }
            switch row.mode {
            case .off: return true
            case .on:
                _ = try await telling(source, "shutting the cache") { try await gate.close(row.epoch, reason: reason) }
            case .closing:
                // Each backend trusts what it has read for the time of a lease.
                if closing?.epoch != row.epoch { closing = (row.epoch, .now) }
                if let closing, ContinuousClock.now - closing.since >= timing.drain {
                    _ = try await telling(source, "shutting the cache") { try await gate.drain(row.epoch) }
                }
            }
            return nil
        }
        return shutdown
    }

    /// Lets the source's cache be opened again by its backends, unless an operator had shut it.
    package func reopenCache(_ shutdown: CacheShutdown) async throws(MoveError) {
        guard !shutdown.wasHeld else { return }
        try await telling(source, "reopening the cache") {
            try await CacheGateStore(pool: source.pool).hold(false, reason: "")
        }
    }
}
